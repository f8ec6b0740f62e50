import { Agent } from 'undici'
import { afterAll, describe, expect, it } from 'vitest'
import { openAccounts } from '../../kit/accounts.ts'
import type { AccountClient } from '../../kit/account-client.ts'
import { authorizationUrl, createCodeVerifier, exchangeCode, type OAuthFlow } from '../../kit/oauth.ts'
import { openRenewal } from '../../kit/renewal.ts'
import { openStore, type Store } from '../../store/store.ts'
import { connectors } from '../../subgraphs/registry.ts'
import { startZendeskTwin } from '../../twins/zendesk/index.ts'
import { decideAt } from '../contract/intercom-consent.ts'
import { makeKey, openTestStore } from '../setup/store.ts'
import { createSkippingClock } from './clocks.ts'

const SUBDOMAIN = 'harbourpine'
const app = { clientId: 'client_7c2e', clientSecret: 'secret_7c2e', redirectUri: 'https://switchboard.test/callback' }

const connector = connectors.find(({ provider }) => provider === 'zendesk')

/** Zendesk ends both old tokens at a refresh. */
describe.skipIf(connector === undefined)('the tokens of Zendesk', () => {
  const dispatcher = new Agent()
  afterAll(() => dispatcher.close())

  it('are renewed once for two processes, also when one ended early, and need a person when all is taken back', async () => {
    if (connector === undefined) throw new Error('Zendesk is not registered')
    const clock = createSkippingClock()
    const keys = [makeKey()]
    await using own = await openTestStore({ keys })
    await using other = await openStore({ databaseUrl: own.url, home: '/nonexistent', keys, log: () => undefined })
    await using twin = await startZendeskTwin({
      accounts: [{ subdomain: SUBDOMAIN, name: 'Harbour & Pine', users: 20, organizations: 2, tickets: 5 }],
      clientId: app.clientId,
      clientSecret: app.clientSecret,
      redirectUris: [app.redirectUri],
      now: () => clock.now(),
    })
    const method = connector.auth.find((each) => each.kind === 'oauth2')
    if (method === undefined) throw new Error('Zendesk has no OAuth')
    const settings = { baseUrl: twin.url, region: null, domain: SUBDOMAIN, actorRemoteId: null }
    const flow: OAuthFlow = { provider: connector.provider, method, settings, app }
    const access = { dispatcher, clock, signal: new AbortController().signal }
    const pending = { state: 'st_1', codeVerifier: createCodeVerifier() }
    const returned = await decideAt(await authorizationUrl(flow, pending), 'allow')
    const first = await exchangeCode(flow, returned.searchParams, pending, access)
    const draft = {
      workspaceId: own.workspaceId,
      provider: connector.provider,
      name: 'Zendesk',
      settings,
      account: null,
    }
    const { id } = await own.store.integrations.create(draft, (within, made) =>
      own.store.credentials.save(made, first, { within }),
    )

    const clientOf = (store: Store): Promise<AccountClient> => {
      const world = {
        connectors: new Map([[connector.provider, connector]]),
        integration: (integrationId: string) => store.integrations.get(integrationId),
        log: () => undefined,
      }
      const renewal = openRenewal({
        ...world,
        credentials: store.credentials,
        app: () => app,
        tokenEndpoint: access,
        refused: (integration, reason) => store.integrations.needsReconnect(integration, reason),
        renewed: (integrationId) => store.integrations.setStatus(integrationId, 'ACTIVE', null),
      })
      return openAccounts({ ...world, ...access, renewal, random: () => 0.5 }).open(id, 'live')
    }
    const clients = [await clientOf(own.store), await clientOf(other)]
    const identifyMany = async (): Promise<Set<string>> => {
      const accounts = await Promise.all(
        Array.from({ length: 15 }, () => clients.map((client) => connector.identify(client))).flat(),
      )
      return new Set(accounts.map((account) => account.id))
    }
    const grants = (): number => twin.requests().filter(({ path }) => path.endsWith('/oauth/tokens')).length

    expect(await identifyMany()).toEqual(new Set([SUBDOMAIN]))
    expect(grants()).toBe(1)

    await clock.wait((first.expiresAt?.getTime() ?? 0) - clock.now().getTime() + 1_000)
    expect(await identifyMany()).toEqual(new Set([SUBDOMAIN]))
    expect(grants()).toBe(2)
    const second = await own.store.credentials.open(id)
    expect([second.accessToken, second.refreshToken]).not.toContain(first.accessToken)

    // The provider knows the stored access token no longer, its refresh token still.
    await own.store.credentials.save(id, { ...second, accessToken: first.accessToken })
    expect(await identifyMany()).toEqual(new Set([SUBDOMAIN]))
    expect(grants()).toBe(3)
    expect(await own.store.integrations.get(id)).toMatchObject({ status: 'ACTIVE' })

    // Somebody takes the whole grant back at Zendesk.
    await twin.control('POST', '/tokens/revoke', {})
    const calls = Array.from({ length: 15 }, () => clients.map((client) => connector.identify(client))).flat()
    const answers = await Promise.allSettled(calls)
    expect(answers.filter(({ status }) => status === 'fulfilled')).toEqual([])
    // Each process is told so once.
    expect(grants()).toBeLessThanOrEqual(5)
    expect(await own.store.integrations.get(id)).toMatchObject({ status: 'NEEDS_RECONNECT' })
  })
})
