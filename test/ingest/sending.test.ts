import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import '../setup/chance.ts'
import { LATER, SOON } from '../setup/soon.ts'
import { openSendSite, type SendSite, type SendThread } from './send-site.ts'

interface SendView {
  readonly id: string
  readonly state: string
  readonly attempts: number
  readonly code: string | null
  readonly record: { readonly id: string } | null
}
interface Said {
  readonly message: {
    readonly id: string
    readonly text: string
    readonly learnedBy: string
    readonly send: Pick<SendView, 'id' | 'state'>
  } | null
  readonly send: SendView | null
  readonly userErrors: readonly { readonly code: string }[]
}

const SEND = 'id state attempts code record { id }'

/** What goes wrong with the next request that a send makes. */
const FAULTS = [
  {},
  {},
  { hangUpNext: 1 },
  { failNext: { count: 1, status: 500 } },
  { failNext: { count: 1, status: 500, afterwards: true } },
  { malformedNext: 1 },
]

/** Here nobody is asked to wait for long: what is only about waiting is tried with this provider. */
const PROMPT = 'intercom'
const PROMPT_FAULTS = [{ failNext: { count: 2, status: 503 } }, { failNext: { count: 1, status: 429 } }]

const PROVIDERS = ['intercom', 'freshdesk', 'zendesk'] as const

describe.each(PROVIDERS)('sends to %s', (provider) => {
  let site: SendSite
  let first: SendThread
  beforeAll(async () => {
    site = await openSendSite(provider)
    first = site.threads[0] ?? first
  })
  afterAll(() => site?.[Symbol.asyncDispose]())

  const say = async (body: string, more = '', { named } = first, name = 'sendMessage'): Promise<Said> => {
    const input = `{ ${named}, body: ${JSON.stringify(body)} ${more} }`
    const { data } = (await site.ask(
      `mutation { ${name}(input: ${input}) { message { id text learnedBy send { id state } } send { ${SEND} } userErrors { code } } }`,
    )) as { data: Readonly<Record<string, Said>> } // as `GraphSite.ask` parses it
    const said = data[name]
    if (said === undefined) throw new Error('the mutation answered nothing')
    return said
  }
  const read = async (id: string | undefined): Promise<SendView | null> => {
    const { data } = (await site.ask(`{ send(id: "${id}") { ${SEND} } }`)) as { data: { send: SendView | null } } // the same
    return data.send
  }
  const stands = (id: string | undefined, state: string): Promise<SendView> =>
    vi.waitFor(async () => {
      const send = await read(id)
      expect(send?.state).toBe(state)
      return send as SendView
    }, SOON)
  const times = async (text: string, thread = first): Promise<number> => (await thread.counts()).get(text) ?? 0

  test('are answered with their message when it is there in time', async () => {
    for (const [name, body] of [
      ['sendMessage', 'In time.'],
      ['addNote', 'Noted in time.'],
    ] as const) {
      const said = await say(body, 'waitMs: 20000', first, name)
      const message = { text: body, learnedBy: 'ACTION' }
      expect(said).toMatchObject({ message, userErrors: [], send: { state: 'SENT', attempts: 1 } })
      expect(said.send?.record?.id).toBe(said.message?.id)
      expect(said.message?.send).toEqual({ id: said.send?.id, state: 'SENT' })
      expect(await times(body)).toBe(1)
    }
  })

  test('of a mutation that does not wait are done at once, and are on record', async () => {
    const said = await say('At once.')
    const message = { text: 'At once.', learnedBy: 'ACTION' }
    expect(said).toMatchObject({ message, userErrors: [], send: { state: 'SENT', attempts: 1 } })
  })

  test.runIf(provider === PROMPT)(
    'wait while the provider can do nothing, in the order of their conversation, and are taken back',
    async () => {
      await site.faults({ failNext: { count: 100_000, status: 503 } })
      const [one, two, back] = [
        await say('First of two.', 'waitMs: 0'),
        await say('Second of two.', 'waitMs: 0'),
        await say('Taken back.', 'waitMs: 0'),
      ]
      expect(back).toMatchObject({ message: null, userErrors: [], send: { state: 'QUEUED', attempts: 0 } })
      await vi.waitFor(async () => expect((await read(one.send?.id))?.code).toBe('PROVIDER_UNAVAILABLE'), SOON)
      const cancel = `mutation { cancelSend(input: { id: "${back.send?.id}" }) { send { state code } userErrors { code } } }`
      const failed = { send: { state: 'FAILED', code: 'CANCELLED' } }
      expect(await site.ask(cancel)).toEqual({ data: { cancelSend: { ...failed, userErrors: [] } } })
      expect(await site.ask(cancel)).toEqual({
        data: { cancelSend: { ...failed, userErrors: [{ code: 'BAD_USER_INPUT' }] } },
      })
      await site.faults()
      await Promise.all([stands(one.send?.id, 'SENT'), stands(two.send?.id, 'SENT')])
      const texts = [...(await first.counts()).keys()].filter((text) => text.endsWith('of two.'))
      expect(texts).toEqual(['First of two.', 'Second of two.'])
      expect(await times('Taken back.')).toBe(0)
    },
  )

  test('whose answer got lost are found at the provider, and not sent again', async () => {
    await site.faults({ hangUpNext: 1 })
    const { send } = await say('Lost answer.', 'waitMs: 0')
    expect((await stands(send?.id, 'SENT')).attempts).toBe(1)
    expect(await times('Lost answer.')).toBe(1)
  })

  test('that were cut before they were carried out are not found, and are sent again', async () => {
    await site.faults({ failNext: { count: 1, status: 500 } })
    const { send } = await say('Cut before.', 'waitMs: 0')
    expect((await stands(send?.id, 'SENT')).attempts).toBe(2)
    expect(await times('Cut before.')).toBe(1)
  })

  test('that were cut after they were carried out are found among others with the same words', async () => {
    for (const afterwards of [true, false, true]) {
      await site.faults({ failNext: { count: 1, status: 500, afterwards } })
      const { send } = await say('Again and again.', 'waitMs: 0')
      await stands(send?.id, 'SENT')
    }
    expect(await times('Again and again.')).toBe(3)
  })

  test('of which the caller was told that nobody knows are found; and leave their key free when they are not there', async () => {
    const key = 'idempotencyKey: "told"'
    await site.faults({ failNext: { count: 1, status: 500 } })
    const told = await say('Told unknown.', key)
    expect(told).toMatchObject({ send: { state: 'UNKNOWN' }, userErrors: [{ code: 'OUTCOME_UNKNOWN' }] })
    await stands(told.send?.id, 'FAILED')
    expect(await say('Told unknown.', key)).toMatchObject({ send: { state: 'SENT' }, userErrors: [] })
    await site.faults({ hangUpNext: 1 })
    const done = await say('Told and done.', 'idempotencyKey: "done"')
    expect(done.userErrors).toMatchObject([{ code: 'OUTCOME_UNKNOWN' }])
    await stands(done.send?.id, 'SENT')
    await vi.waitFor(async () => {
      expect(await say('Told and done.', 'idempotencyKey: "done"')).toMatchObject({
        message: { text: 'Told and done.' },
      })
    }, SOON)
    expect([await times('Told unknown.'), await times('Told and done.')]).toEqual([1, 1])
  })

  test('whose process was killed between the call and its answer are found by another', async () => {
    const { send } = await say('Killed in between.')
    // As a process leaves it that is killed before it hears the answer; and a minute later.
    await site.store.database.system.query(
      `update send set state = 'SENDING', result = null, settled_at = null, leased_until = now() where state = 'SENT'
         and input ->> 'body' = 'Killed in between.'`,
    )
    expect((await stands(send?.id, 'SENT')).attempts).toBe(1)
    expect(await times('Killed in between.')).toBe(1)
  })

  test('with one key are one, from however many callers, while two processes do them', async () => {
    await using _another = await site.openAnother()
    const key = (n: number): string => `waitMs: 20000, idempotencyKey: "crowd-${n}"`
    const all = await Promise.all(
      Array.from({ length: 24 }, (_, n) => say(`Crowd ${n % 4}.`, key(n % 4), site.threads[n % 2] ?? first)),
    )
    expect(all.map(({ message }) => message?.text)).toEqual(all.map((_, n) => `Crowd ${n % 4}.`))
    for (let n = 0; n < 4; n += 1) expect(await times(`Crowd ${n}.`, site.threads[n % 2])).toBe(1)
  })

  test.runIf(provider === PROMPT)(
    'that failed are sent when a person says so, and whoever follows hears of it',
    async () => {
      await site.faults({ failNext: { count: 100_000, status: 503 } })
      const { send } = await say('Wanted after all.', 'waitMs: 0')
      await vi.waitFor(async () => {
        await site.ask(`mutation { cancelSend(input: { id: "${send?.id}" }) { userErrors { code } } }`)
        expect(await read(send?.id)).toMatchObject({ state: 'FAILED', code: 'CANCELLED' })
      }, SOON)
      await site.faults()
      const followed = await site.follow(`subscription { sendUpdated(id: "${send?.id}") { type send { id } } }`)
      const retry = `mutation { retrySend(input: { id: "${send?.id}" }) { send { id } userErrors { code } } }`
      expect(await site.ask(retry)).toEqual({ data: { retrySend: { send: { id: send?.id }, userErrors: [] } } })
      const heard = await followed.next()
      expect(JSON.parse(JSON.stringify(heard.value))).toMatchObject({
        data: { sendUpdated: { type: 'UPDATED', send: { id: send?.id } } },
      })
      await followed.return?.()
      await stands(send?.id, 'SENT')
      expect(await site.ask(retry)).toMatchObject({ data: { retrySend: { userErrors: [{ code: 'BAD_USER_INPUT' }] } } })
      expect(await times('Wanted after all.')).toBe(1)
    },
  )

  test('arrive exactly once, whatever goes wrong', async () => {
    let run = 0
    const turn = fc.record({
      fault: fc.constantFrom(...FAULTS, ...(provider === PROMPT ? PROMPT_FAULTS : [])),
      thread: fc.nat(2),
      same: fc.boolean(),
      waits: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 12, maxLength: 12 }), async (turns) => {
        run += 1
        await using _another = await site.openAnother()
        const wanted = await Promise.all(
          turns.map(async ({ fault, thread, same, waits }, n) => {
            const body = same ? `Run ${run}, the same.` : `Run ${run}, ${n}.`
            const on = site.threads[thread] ?? first
            await site.faults(fault)
            const more = `idempotencyKey: "run-${run}-${n}" ${waits ? ', waitMs: 0' : ''}`
            // Whoever is told that nothing was done, or that nobody knows, asks again with the same key until it is known.
            await vi.waitFor(async () => {
              const { send } = await say(body, more, on)
              expect(send?.state).toBe('SENT')
            }, LATER)
            return { body, on }
          }),
        )
        await site.faults()
        for (const thread of site.threads) {
          const bodies = wanted.filter(({ on }) => on === thread).map(({ body }) => body)
          const expected = [...Map.groupBy(bodies, (body) => body)].map(([body, each]) => [body, each.length])
          const counts = [...(await thread.counts())].filter(([text]) => text.startsWith(`Run ${run},`))
          expect(Object.fromEntries(counts)).toEqual(Object.fromEntries(expected))
        }
      }),
      { numRuns: 2 },
    )
  }, 300_000)

  // The last: what is said in that thread until then is read.
  test.runIf(provider === PROMPT)('that are read by their customer say so to whoever follows', async () => {
    const { send, message } = await say('Read it.')
    const followed = await site.follow(`subscription { sendUpdated(id: "${send?.id}") { send { state } } }`)
    const alike = await site.follow(
      `subscription { messageUpdated(id: "${message?.id}") { type message { text send { state } } } }`,
    )
    const [of] = await site.store.database.system.query<{ integrationId: string }>(
      `select integration_id as "integrationId" from send limit 1`,
    )
    await site.store.sends.receive(of?.integrationId ?? '', [
      { state: 'READ', thread: first.thread, until: new Date() },
    ])
    const heard = await followed.next()
    expect(JSON.parse(JSON.stringify(heard.value))).toMatchObject({
      data: { sendUpdated: { send: { state: 'READ' } } },
    })
    await followed.return?.()
    expect(JSON.parse(JSON.stringify((await alike.next()).value))).toMatchObject({
      data: { messageUpdated: { type: 'UPDATED', message: { text: 'Read it.', send: { state: 'READ' } } } },
    })
    await alike.return?.()
    expect(await read(send?.id)).toMatchObject({ state: 'READ', code: null, record: { id: expect.any(String) } })
  })
})
