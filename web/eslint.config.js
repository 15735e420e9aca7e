import { defineConfig, globalIgnores } from 'eslint/config';
import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default defineConfig([
  globalIgnores(['dist', 'dev-dist', 'node_modules', 'src/api/schema.d.ts', 'scripts']),
  {
    files: ['src/**/*.{ts,tsx}', 'build/*.ts', 'vite.config.ts'],
    extends: [tseslint.configs.recommended, hooks.configs.flat['recommended-latest']],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      'no-console': 'error',
      'max-lines': ['error', 500],
      // Public and device screens stay light: only files under `staff/` may import what staff need.
      'no-restricted-imports': ['error', { patterns: [{ group: ['@mantine/*', '@tanstack/*'], message: 'Mantine, the router and queries belong to staff/ only.' }] }],
    },
  },
  { files: ['src/staff/**', 'src/router.tsx'], rules: { 'no-restricted-imports': 'off' } },
]);
