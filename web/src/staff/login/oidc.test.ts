import { expect, it } from 'vitest';
import { returned } from './oidc';

const kept = JSON.stringify({ provider: 'sso', purpose: 'sign-in', next: '/agent' });

it('reads what an issuer sent back to the tab that went there', () => {
  expect(returned('?code=abc&state=uso_1', kept)).toEqual({ journey: { provider: 'sso', purpose: 'sign-in', next: '/agent' }, code: 'abc', state: 'uso_1' });
  expect(returned('?error=access_denied&state=uso_1', kept)).toMatchObject({ refused: 'access_denied' });
});

it('takes nothing that this tab did not begin', () => {
  expect(returned('?code=abc&state=uso_1', null)).toBeNull();
  expect(returned('?code=abc&state=uso_1', '{')).toBeNull();
  expect(returned('?code=abc&state=uso_1', '{"purpose":"link"}')).toBeNull();
  expect(returned('?code=abc', kept)).toBeNull();
  expect(returned('?state=uso_1', kept)).toBeNull();
  expect(returned('?next=/agent', kept)).toBeNull();
});
