// An OpenID provider of others: oidc-provider, with registration and its
// management, which replaces the registration access token at each update, and
// with its pages for a login, which let anybody in.
// Writes its issuer to the file that is its argument once it listens.
import { renameSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const server = createServer((request, response) => handle(request, response))
let handle = () => {}
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  const provider = new Provider(issuer, {
    features: {
      devInteractions: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      clientCredentials: { enabled: true },
      registration: {
        enabled: true,
        initialAccessToken: process.env.INITIAL_ACCESS_TOKEN || false,
      },
      registrationManagement: {
        enabled: true,
        rotateRegistrationAccessToken: true,
      },
    },
    clientAuthMethods: [
      'none',
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
    ],
  })
  handle = provider.callback()
  writeFileSync(`${process.argv[2]}.new`, `${issuer}\n`)
  renameSync(`${process.argv[2]}.new`, process.argv[2])
})
setInterval(() => process.ppid === 1 && process.exit(0), 500)
