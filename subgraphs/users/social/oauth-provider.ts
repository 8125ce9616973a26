import type { authorizationCodeGrant, Configuration } from "openid-client";
import { z } from "zod";
import type { Provider } from "#drizzle/users/tables.ts";
import type { Settings } from "../env.ts";

/** A person's profile at a provider. */
export type ProviderProfile = {
  /** Never used for anyone else there. */
  readonly providerUserId: string;
  readonly email: string | undefined;
  /** Whether the provider says that it verified the address. */
  readonly isEmailVerified: boolean;
  readonly firstName: string | undefined;
  readonly lastName: string | undefined;
};

/** The secrets of one sign-in: each is made from the state's row id. */
export type SignInSecrets = { readonly state: string; readonly nonce: string; readonly codeVerifier: string };

/** A provider of social sign-in that is configured. */
type SocialProvider = {
  /** Where people may be sent back, exactly. */
  readonly redirectUris: readonly string[];
  /** Where to send the browser. */
  authorizationUrl(redirectUri: string, secrets: SignInSecrets): Promise<string>;
  /** Trades the code for the profile. Rejects for an invalid code, state or token, and if the provider does not respond. */
  identify(redirectUri: string, code: string, secrets: SignInSecrets): Promise<ProviderProfile>;
};

/** The providers that are configured. */
export type Providers = Readonly<Partial<Record<Provider, SocialProvider>>>;

/** Loaded with the first sign-in: most shops start without a provider. */
const loadClient = () => import("openid-client");

const responseTimeoutSeconds = 5;
const profileBytesMax = 256 * 1024;

/** @throws {Error} naming the variable, when a provider has a client id without a secret or the other way round. */
export function openProviders(settings: Settings): Providers {
  const google = credentials(settings, "GOOGLE");
  const github = credentials(settings, "GITHUB");
  const facebook = credentials(settings, "FACEBOOK");
  return {
    ...(google === undefined ? {} : { GOOGLE: googleProvider(settings, google) }),
    ...(github === undefined ? {} : { GITHUB: githubProvider(settings, github) }),
    ...(facebook === undefined ? {} : { FACEBOOK: facebookProvider(settings, facebook) }),
  };
}

type Credentials = {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
};

function credentials(settings: Settings, name: Provider): Credentials | undefined {
  const clientId = settings[`${name}_CLIENT_ID`];
  const clientSecret = settings[`${name}_CLIENT_SECRET`];
  if (clientId === undefined && clientSecret === undefined) return undefined;
  if (clientId === undefined || clientSecret === undefined) {
    const missing = clientId === undefined ? "ID" : "SECRET";
    throw new Error(
      `The environment variable ${name}_CLIENT_${missing} is not usable: the other half is set and it is not.`,
    );
  }
  const set = settings[`${name}_REDIRECT_URL`];
  const ours = `${settings.PUBLIC_URL}/oauth/${name.toLowerCase()}/callback`;
  const redirectUris = set.length === 0 ? [ours] : set;
  for (const uri of redirectUris) {
    if (URL.canParse(uri) && /^https?:/.test(uri) && !/[?#]/.test(uri)) continue;
    throw new Error(
      `The environment variable ${name}_REDIRECT_URL is not usable: it takes absolute http(s) addresses without a query.`,
    );
  }
  return { clientId, clientSecret, redirectUris };
}

type Flow = {
  readonly scope: string;
  /** Read once, and again after it failed. */
  readonly configuration: () => Promise<Configuration>;
  readonly isOpenId: boolean;
  readonly profile: (
    configuration: Configuration,
    tokens: Awaited<ReturnType<typeof authorizationCodeGrant>>,
  ) => Promise<ProviderProfile>;
};

/** The authorization code flow with PKCE and state (RFC 6749, RFC 7636), and a nonce where there is an ID token. */
function socialProvider({ redirectUris }: Credentials, flow: Flow): SocialProvider {
  return {
    redirectUris,
    authorizationUrl: async (redirectUri, { state, nonce, codeVerifier }) => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await loadClient();
      const url = buildAuthorizationUrl(await flow.configuration(), {
        redirect_uri: redirectUri,
        scope: flow.scope,
        response_type: "code",
        state,
        code_challenge: await calculatePKCECodeChallenge(codeVerifier),
        code_challenge_method: "S256",
        ...(flow.isOpenId ? { nonce } : {}),
      });
      return url.href;
    },
    identify: async (redirectUri, code, { state, nonce, codeVerifier }) => {
      const configuration = await flow.configuration();
      const callback = new URL(redirectUri);
      callback.searchParams.set("code", code);
      callback.searchParams.set("state", state);
      // The state is bound to one provider, which is what RFC 9207's `iss` is for; the graph's input does not carry it.
      const metadata = configuration.serverMetadata();
      if (metadata.authorization_response_iss_parameter_supported === true)
        callback.searchParams.set("iss", metadata.issuer);
      const client = await loadClient();
      const tokens = await client.authorizationCodeGrant(configuration, callback, {
        expectedState: state,
        pkceCodeVerifier: codeVerifier,
        ...(flow.isOpenId ? { expectedNonce: nonce, idTokenExpected: true } : {}),
      });
      return flow.profile(configuration, tokens);
    },
  };
}

const optionalText = z.string().trim().min(1).max(500).optional().catch(undefined);

const openIdClaims = z.object({
  sub: z.string().min(1).max(255),
  email: optionalText,
  email_verified: z.union([z.boolean(), z.stringbool()]).optional().catch(undefined),
  given_name: optionalText,
  family_name: optionalText,
});

function googleProvider(settings: Settings, client: Credentials): SocialProvider {
  return socialProvider(client, {
    scope: "openid email profile",
    isOpenId: true,
    configuration: keepFirstSuccess(async () => {
      const { allowInsecureRequests, ClientSecretPost, discovery } = await loadClient();
      return discovery(
        new URL(settings.GOOGLE_ISSUER),
        client.clientId,
        { client_secret: client.clientSecret },
        ClientSecretPost(client.clientSecret),
        {
          timeout: responseTimeoutSeconds,
          ...(isInsecureAllowed(settings) ? { execute: [allowInsecureRequests] } : {}),
        },
      );
    }),
    profile: async (configuration, tokens) => {
      const stated = openIdClaims.parse(tokens.claims());
      const { sub, email, email_verified, given_name, family_name } =
        stated.email !== undefined
          ? stated
          : openIdClaims.parse(
              await (await loadClient()).fetchUserInfo(configuration, tokens.access_token, stated.sub),
            );
      return {
        providerUserId: sub,
        email,
        isEmailVerified: email_verified === true,
        firstName: given_name,
        lastName: family_name,
      };
    },
  });
}

const githubUser = z.object({ id: z.int() });
const githubEmails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() })).max(1_000);

/** GitHub's OAuth apps. The profile's own address may be empty or not verified, so the list of addresses is asked. */
function githubProvider(settings: Settings, client: Credentials): SocialProvider {
  return socialProvider(client, {
    scope: "read:user user:email",
    isOpenId: false,
    configuration: fixedConfiguration(settings, client, {
      issuer: settings.GITHUB_ORIGIN,
      authorization_endpoint: `${settings.GITHUB_ORIGIN}/login/oauth/authorize`,
      token_endpoint: `${settings.GITHUB_ORIGIN}/login/oauth/access_token`,
    }),
    profile: async (configuration, { access_token }) => {
      const ask = (path: string) => readJson(configuration, access_token, new URL(path, settings.GITHUB_API_ORIGIN));
      const [user, emails] = await Promise.all([ask("/user"), ask("/user/emails")]);
      const primary = githubEmails.parse(emails).find((entry) => entry.primary);
      return {
        providerUserId: String(githubUser.parse(user).id),
        email: primary?.email,
        isEmailVerified: primary?.verified === true,
        firstName: undefined,
        lastName: undefined,
      };
    },
  });
}

const facebookUser = z.object({
  id: z.string().min(1).max(255),
  email: optionalText,
  first_name: optionalText,
  last_name: optionalText,
});

/** Facebook Login. It does not say whether an address was verified, so ours is a mail to it. */
function facebookProvider(settings: Settings, client: Credentials): SocialProvider {
  const version = settings.FACEBOOK_API_VERSION;
  return socialProvider(client, {
    scope: "email public_profile",
    isOpenId: false,
    configuration: fixedConfiguration(settings, client, {
      issuer: settings.FACEBOOK_ORIGIN,
      authorization_endpoint: `${settings.FACEBOOK_ORIGIN}/${version}/dialog/oauth`,
      token_endpoint: `${settings.FACEBOOK_GRAPH_ORIGIN}/${version}/oauth/access_token`,
    }),
    profile: async (configuration, { access_token }) => {
      const url = new URL(`/${version}/me?fields=id,email,first_name,last_name`, settings.FACEBOOK_GRAPH_ORIGIN);
      const user = facebookUser.parse(await readJson(configuration, access_token, url));
      return {
        providerUserId: user.id,
        email: user.email,
        isEmailVerified: false,
        firstName: user.first_name,
        lastName: user.last_name,
      };
    },
  });
}

async function readJson(configuration: Configuration, accessToken: string, url: URL): Promise<unknown> {
  const headers = new Headers({ accept: "application/json", "user-agent": "agora" });
  const { fetchProtectedResource } = await loadClient();
  const response = await fetchProtectedResource(configuration, accessToken, url, "GET", null, headers);
  const text = await response.text();
  if (!response.ok || text.length > profileBytesMax)
    throw new Error(`${url.pathname} responded with status ${response.status}.`);
  return JSON.parse(text);
}

function fixedConfiguration(
  settings: Settings,
  { clientId, clientSecret }: Credentials,
  server: { issuer: string; authorization_endpoint: string; token_endpoint: string },
): () => Promise<Configuration> {
  return keepFirstSuccess(async () => {
    const { allowInsecureRequests, ClientSecretPost, Configuration } = await loadClient();
    const configuration = new Configuration(
      server,
      clientId,
      { client_secret: clientSecret },
      ClientSecretPost(clientSecret),
    );
    configuration.timeout = responseTimeoutSeconds;
    if (isInsecureAllowed(settings)) allowInsecureRequests(configuration);
    return configuration;
  });
}

/** Plain HTTP to a provider is for tests and trials only. */
function isInsecureAllowed(settings: Settings): boolean {
  return settings.NODE_ENV !== "production";
}

function keepFirstSuccess<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make().catch((error) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
