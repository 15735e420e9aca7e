// An issuer of OpenID Connect on this machine, for log-ins in a browser: the certified `oidc-provider`, with the pages
// that it brings along for development. Whatever somebody types there is who they are.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const CLIENT = { client_id: 'usher:e2e', client_secret: 's3cret&more' };

/**
 * Listens at once: `settings` are for the demo that shall trust it. `trust(url)` makes the demo there its client, and
 * `knows(email, claims)` says what it tells of somebody.
 */
export async function startIssuer() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}`;
  const people = new Map();
  const key = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'e2e' };
  const trust = (demo) => {
    const provider = new Provider(url, {
      clients: [{ ...CLIENT, redirect_uris: [`${demo}/login`] }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      // What is known of a person stands in the token itself, as with the large issuers.
      conformIdTokenClaims: false,
      cookies: { keys: [randomUUID()] },
      jwks: { keys: [key] },
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
      findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, email: id, email_verified: true, ...people.get(id) }) }),
    });
    server.removeAllListeners('request');
    server.on('request', provider.callback());
  };
  return {
    url,
    settings: { USHER_OIDC_ISSUER: url, USHER_OIDC_CLIENT_ID: CLIENT.client_id, USHER_OIDC_CLIENT_SECRET: CLIENT.client_secret, USHER_OIDC_LABEL: 'Acme' },
    trust,
    knows: (email, claims) => people.set(email, claims),
    stop: () => server.close() && server.closeAllConnections(),
  };
}
