import type { Plugin } from 'vite';
import { tokensCss } from '../src/design/css.ts';

const NAME = 'virtual:tokens.css';

/** Serves the design tokens of `src/design/tokens.ts` as a plain style sheet, so that no page computes them. */
export function tokensPlugin(): Plugin {
  return {
    name: 'usher-tokens',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? tokensCss() : undefined),
  };
}
