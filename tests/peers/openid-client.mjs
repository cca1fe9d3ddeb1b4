/* openid-client: the code flow, by each way to authenticate and to sign. */
import assert from 'node:assert/strict';
import { Browser, issuer, redirect_uri, resource, step } from './peer.mjs';
import * as client from 'openid-client';

const execute = [client.allowInsecureRequests];
const wanted = {
  client_name: 'openid-client',
  redirect_uris: [redirect_uri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  response_types: ['code'],
  scope: 'openid profile email offline_access read',
};

function register(metadata, authentication) {
  return client.dynamicClientRegistration(new URL(issuer),
    { ...wanted, ...metadata }, authentication, { execute });
}

/* Log in, consent, and come back with tokens. */
async function log_in(config, browser, more) {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedState = client.randomState();
  const expectedNonce = client.randomNonce();
  const address = client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email offline_access',
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...more,
  });
  const back = await browser.go(address, redirect_uri);
  return client.authorizationCodeGrant(config, back,
    { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true });
}

/* Use a client's tokens until there are none. */
async function walk(config, alg) {
  client.enableNonRepudiationChecks(config);
  const tokens = await log_in(config, new Browser());
  const { sub } = tokens.claims();
  assert.equal(header(tokens.id_token).alg, alg);
  const person = await client.fetchUserInfo(config, tokens.access_token, sub);
  assert.equal(person.preferred_username, 'demo');

  const next = await client.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.access_token, tokens.access_token);
  assert(next.refresh_token);
  await client.fetchUserInfo(config, next.access_token, sub);

  const known = await client.tokenIntrospection(config, next.access_token);
  assert.equal(known.active, true);
  assert.equal(known.sub, sub);
  await client.tokenRevocation(config, next.refresh_token);
  const gone = await client.tokenIntrospection(config, next.access_token);
  assert.equal(gone.active, false);
  await assert.rejects(client.refreshTokenGrant(config, next.refresh_token),
    { error: 'invalid_grant' });

  const own = await client.clientCredentialsGrant(config, { scope: 'read' });
  const { active, client_id } =
    await client.tokenIntrospection(config, own.access_token);
  assert.equal(active, true);
  assert.equal(client_id, config.clientMetadata().client_id);
}

function header(token) {
  return JSON.parse(Buffer.from(token.split('.')[0], 'base64url'));
}

step('a registered client finds the server again');
let config = await register();
const { client_id, client_secret } = config.clientMetadata();
assert.equal(config.clientMetadata().client_name, 'openid-client');
const { issuer: found } = config.serverMetadata();
assert.equal(found, issuer);

for (const [name, authentication] of [
  ['client_secret_post', undefined],
  ['client_secret_basic', client.ClientSecretBasic(client_secret)],
]) {
  step(`${name}, RS256`);
  config = await client.discovery(new URL(issuer), client_id, client_secret,
    authentication, { execute });
  await walk(config, 'RS256');
}

for (const alg of ['PS256', 'ES256', 'EdDSA']) {
  step(`client_secret_post, ${alg}`);
  await walk(await register({ id_token_signed_response_alg: alg }), alg);
}

for (const alg of ['ES256', 'RS256', 'PS256', 'EdDSA']) {
  step(`private_key_jwt signed by ${alg}`);
  const { key, jwks } = await make_key(alg);
  await walk(await register({
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: alg,
    jwks,
  }, client.PrivateKeyJwt({ key, kid: 'one' })), 'RS256');
}

/* A key pair: the private key, and the JWK Set to register. */
async function make_key(alg) {
  const rsa = { modulusLength: 2048, hash: 'SHA-256',
    publicExponent: new Uint8Array([1, 0, 1]) };
  const pair = await crypto.subtle.generateKey({
    ES256: { name: 'ECDSA', namedCurve: 'P-256' },
    RS256: { name: 'RSASSA-PKCS1-v1_5', ...rsa },
    PS256: { name: 'RSA-PSS', ...rsa },
    EdDSA: { name: 'Ed25519' },
  }[alg], true, ['sign', 'verify']);
  const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey);
  return { key: pair.privateKey,
    jwks: { keys: [{ ...jwk, kid: 'one', alg }] } };
}

step('no secret');
config = await register({ token_endpoint_auth_method: 'none',
  grant_types: ['authorization_code', 'refresh_token'] }, client.None());
const browser = new Browser();
let tokens = await log_in(config, browser);
tokens = await client.refreshTokenGrant(config, tokens.refresh_token);
await client.tokenRevocation(config, tokens.access_token);
await assert.rejects(client.fetchUserInfo(config, tokens.access_token,
  client.skipSubjectCheck));
await client.tokenRevocation(config, tokens.refresh_token);

step('who is logged in is not asked to log in again');
browser.answers.password = 'wrong';
tokens = await log_in(config, browser, { max_age: '3600' });
assert.equal(typeof tokens.claims().auth_time, 'number');

step('form_post');
await log_in(config, browser, { response_mode: 'form_post' });

step('a resource of its own');
tokens = await log_in(config, browser, { resource, scope: 'openid read' });
const answer = await client.fetchProtectedResource(config, tokens.access_token,
  new URL(resource), 'GET');
assert.equal(answer.status, 200);
assert.equal((await answer.json()).hello, tokens.claims().sub);

step('whoever says no comes back with an error');
browser.answers.decision = 'deny';
await assert.rejects(log_in(config, browser), { error: 'access_denied' });
