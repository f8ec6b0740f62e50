import { setTimeout as wait } from 'node:timers/promises'
import { z } from 'zod'
import { ask, type Graph } from './calls.ts'
import type { Owner } from './owner.ts'
import { connectorOf, type Desk, insist } from './desks.ts'
import { atSome, type Faults } from './fault.ts'
import { integrationsOf } from './integrations.ts'

/** For so long at most a desk goes on without an owner who has to see to it. */
const NOTICED_MS = 120_000
const LOOK_MS = 200

/** What is taken back at the desks or replaced there: what lets us in, and what proves their webhooks. */
export const accessFaults = (desks: readonly Desk[], graphs: readonly Graph[], owner: Owner): Faults => ({
  ...atSome('tokens revoked', desks, async ({ provider, world }) => {
    const before = owner.connected(provider)
    owner.expect(provider)
    await insist(() => world.shutOut())
    const end = performance.now() + NOTICED_MS
    while (owner.connected(provider) === before) {
      if (performance.now() > end) throw new Error(`${provider} was not connected anew: ${owner.trouble()}`)
      await wait(LOOK_MS)
    }
  }),
  ...atSome(
    'tokens ended',
    desks.filter(({ world }) => world.expireTokens !== null),
    async ({ provider, world: { expireTokens } }) => {
      // A renewal whose answer gets lost, or whose process is killed, takes a person.
      owner.allow(provider)
      if (expireTokens !== null) await insist(expireTokens)
    },
  ),
  ...atSome('a webhook secret rotated', desks.filter(hasOwnSecret), async ({ provider, world }, random) => {
    const { renewSecret } = world
    if (renewSecret !== null) await insist(renewSecret)
    await rotate(random.pick(graphs), provider, renewSecret === null)
  }),
})

const hasOwnSecret = (desk: Desk): boolean => connectorOf(desk).webhook?.subscription != null

const asked = z.object({ subscribeIntegration: z.object({ userErrors: z.array(z.object({ code: z.string() })) }) })

/** Asks until nothing speaks against it: what else was broken may still be. */
async function rotate(graph: Graph, provider: string, newSecret: boolean): Promise<void> {
  const query = `mutation ($input: SubscribeIntegrationInput!) {
    subscribeIntegration(input: $input) { userErrors { code } } }`
  const end = performance.now() + NOTICED_MS
  for (;;) {
    try {
      const own = (await integrationsOf(graph)).find((each) => each.provider.toLowerCase() === provider)
      const input = { id: own?.id ?? '', newSecret }
      const { subscribeIntegration } = await ask(graph, asked, { query, variables: { input } })
      if (subscribeIntegration.userErrors.length === 0) return
    } catch (error) {
      if (performance.now() > end) throw error
    }
    await wait(LOOK_MS)
  }
}
