import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { SOON } from '../setup/soon.ts'
import { openSendSite, type SendSite } from './send-site.ts'

interface SendView {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly nextAt: string | null
  readonly record: { readonly id: string } | null
}

const SEND = 'id state attempts nextAt record { id }'

type Name = 'createTicket' | 'startConversation'

/** What a provider has of one contact, by subject or opening words, read through its own API. */
const STANDING: Readonly<Record<string, (site: SendSite, name: Name) => Promise<readonly string[]>>> = {
  async freshdesk({ hands, contact }) {
    const listed = await hands.call('GET', `/tickets?requester_id=${contact.remoteId}&per_page=100`)
    return (listed as readonly { subject: string }[]).map(({ subject }) => subject) // as the reference has it
  },
  async zendesk({ hands, contact }) {
    const listed = await hands.call('GET', `/users/${contact.remoteId}/tickets/requested`)
    return (listed as { tickets: readonly { subject: string }[] }).tickets.map(({ subject }) => subject) // the same
  },
  async intercom({ hands, contact }, name) {
    const list = name === 'createTicket' ? 'tickets' : 'conversations'
    const query = { field: 'contact_ids', operator: '=', value: contact.remoteId }
    const found = await hands.call('POST', `/${list}/search`, { query, pagination: { per_page: 150 } })
    // As the reference has it.
    const { [list]: all = [] } = found as Readonly<
      Record<string, readonly { ticket_attributes?: unknown; source?: unknown }[]>
    >
    return all.map(({ ticket_attributes, source }) => JSON.stringify(ticket_attributes ?? source))
  },
}

const lost = { failNext: { count: 1, status: 500, method: 'POST', afterwards: true } }
const cut = { failNext: { count: 1, status: 500, method: 'POST' } }

describe.each(['intercom', 'freshdesk', 'zendesk'] as const)('what begins a thread at %s', (provider) => {
  let site: SendSite
  beforeAll(async () => {
    site = await openSendSite(provider, 1)
  })
  afterAll(() => site?.[Symbol.asyncDispose]())

  const begin = async (name: Name, words: string): Promise<string> => {
    const said = name === 'createTicket' ? `subject: "${words}", description: "About ${words}"` : `body: "${words}"`
    const { data } = (await site.ask(
      `mutation { ${name}(input: { contactId: "${site.contact.id}", ${said}, waitMs: 0 }) { send { id } userErrors { code } } }`,
    )) as { data: Readonly<Record<Name, { send: { id: string } | null }>> } // as `GraphSite.ask` parses it
    const { id } = data[name].send ?? {}
    if (id === undefined) throw new Error(JSON.stringify(data))
    return id
  }
  const stands = (id: string, state: string): Promise<SendView> =>
    vi.waitFor(async () => {
      const { data } = (await site.ask(`{ send(id: "${id}") { ${SEND} } }`)) as { data: { send: SendView } } // the same
      expect(data.send.state).toBe(state)
      return data.send
    }, SOON)
  /** It is settled first, and what was made is stored then. */
  const done = (id: string): Promise<SendView> =>
    vi.waitFor(async () => {
      const send = await stands(id, 'SENT')
      expect(send.record).not.toBeNull()
      return send
    }, SOON)
  const times = async (name: Name, words: string): Promise<number> =>
    ((await STANDING[provider]?.(site, name)) ?? []).filter((each) => each.includes(words)).length
  const set = (assignments: string, words: string): Promise<unknown> =>
    site.store.database.system.query(`update send set ${assignments} where position($1 in input::text) > 0`, [words])

  describe.each(['createTicket', 'startConversation'] as const)('by %s', (name) => {
    test('whose answer got lost is found there, and not made again', async () => {
      const words = `${name} lost`
      await site.faults(lost)
      const id = await begin(name, words)
      await done(id)
      expect(await times(name, words)).toBe(1)
    })

    test('is each its own when two equal ones got no answer', async () => {
      const words = `${name} twice`
      await site.faults({ failNext: { ...lost.failNext, count: 2 } })
      const first = await begin(name, words)
      const second = await begin(name, words)
      const sends = [await done(first), await done(second)]
      expect(new Set(sends.map(({ record }) => record?.id)).size).toBe(2)
      expect(await times(name, words)).toBe(2)
    })

    test('whose process was killed between the call and its answer is found by another', async () => {
      const words = `${name} killed`
      const id = await begin(name, words)
      const { record } = await done(id)
      // As a process leaves it that is killed before it hears the answer; and a minute later.
      await set(`state = 'SENDING', result = null, settled_at = null, leased_until = now()`, words)
      expect((await done(id)).record).toEqual(record)
      expect(await times(name, words)).toBe(1)
    })

    test.runIf(provider !== 'intercom')('that was cut before it was carried out is made again', async () => {
      const words = `${name} cut`
      await site.faults(cut)
      const id = await begin(name, words)
      expect((await stands(id, 'SENT')).attempts).toBe(provider === 'zendesk' ? 1 : 2)
      expect(await times(name, words)).toBe(1)
    })

    test.runIf(provider === 'intercom')(
      'that is not found is never made again, since a search proves nothing',
      async () => {
        const words = `${name} cut`
        await site.faults(cut)
        const id = await begin(name, words)
        await stands(id, 'UNKNOWN')
        // As if it had been looked for in vain for a quarter of an hour.
        await set(`settled_at = now() - interval '15 minutes', next_at = now()`, words)
        await vi.waitFor(
          async () => expect(await stands(id, 'UNKNOWN')).toMatchObject({ nextAt: null, attempts: 1 }),
          SOON,
        )
        expect(await times(name, words)).toBe(0)
      },
    )

    test.runIf(provider === 'freshdesk')('that is in the trash by now is left to a person', async () => {
      const words = `${name} trashed`
      const id = await begin(name, words)
      await done(id)
      const [made] = await site.store.database.system.query<{ remoteId: string }>(
        `select result ->> 'remoteId' as "remoteId" from send where position($1 in input::text) > 0`,
        [words],
      )
      await site.hands.call('DELETE', `/tickets/${made?.remoteId}`)
      await set(`state = 'SENDING', result = null, settled_at = null, leased_until = now()`, words)
      await vi.waitFor(
        async () => expect(await stands(id, 'UNKNOWN')).toMatchObject({ nextAt: null, attempts: 1 }),
        SOON,
      )
      expect(await times(name, words)).toBe(0)
    })
  })
})
