// A certified OpenID provider (oidc-provider) on loopback, for tests: one confidential client, any login name.
// Arguments: port, redirect URI, client secret. Prints "ready" when it listens.
import Provider from "oidc-provider";

const [port, redirectUri, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{ client_id: "oversight", client_secret: secret, redirect_uris: [redirectUri] }],
  pkce: { required: () => true },
  cookies: { keys: ["only-for-tests"] },
  findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
