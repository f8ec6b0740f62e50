import { expect, test, vi } from 'vitest'
import { SOON } from '../setup/soon.ts'
import { openSendSite } from './send-site.ts'

interface SendView {
  readonly state: string
  readonly code: string | null
  readonly message: string | null
  readonly nextAt: string | null
}

test.each(['intercom', 'freshdesk', 'zendesk'] as const)(
  'a send into a thread that is gone at %s by the time it is looked for is left to a person, and holds up nothing behind it',
  async (provider) => {
    await using site = await openSendSite(provider, 1)
    const [of] = site.threads
    if (of === undefined) throw new Error('nobody wrote')
    const say = async (body: string): Promise<string> => {
      const { data } = (await site.ask(
        `mutation { sendMessage(input: { ${of.named}, body: "${body}", waitMs: 0 }) { send { id } userErrors { code } } }`,
      )) as { data: { sendMessage: { send: { id: string } | null } } } // as `GraphSite.ask` parses it
      return data.sendMessage.send?.id ?? ''
    }
    const stands = (id: string, state: string): Promise<SendView> =>
      vi.waitFor(async () => {
        const { data } = (await site.ask(`{ send(id: "${id}") { state code message nextAt } }`)) as {
          data: { send: SendView }
        } // the same
        expect(data.send.state).toBe(state)
        return data.send
      }, SOON)
    const set = (assignments: string): Promise<unknown> =>
      site.store.database.system.query(`update send set ${assignments} where position('The first.' in input::text) > 0`)

    const first = await say('The first.')
    await stands(first, 'SENT')
    // As if its process were at it, and no answer had come.
    await set(`state = 'SENDING', result = null, settled_at = null, leased_until = now() + interval '1 hour'`)
    const second = await say('The second.')
    await stands(second, 'QUEUED')
    await site.hands.call('DELETE', `/${of.thread.kind}s/${of.thread.remoteId}`)
    await set('leased_until = now()')

    await vi.waitFor(async () => expect(await stands(first, 'UNKNOWN')).toMatchObject({ nextAt: null }), SOON)
    expect(await stands(first, 'UNKNOWN')).toMatchObject({
      code: 'OUTCOME_UNKNOWN',
      message: expect.stringContaining('gone at the provider'),
    })
    // Freshdesk has it in the trash, and refuses.
    const code = provider === 'freshdesk' ? 'PROVIDER_REJECTED' : 'PROVIDER_NOT_FOUND'
    expect(await stands(second, 'FAILED')).toMatchObject({ code })
  },
)
