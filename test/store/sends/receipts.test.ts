import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Receipt, Said } from '../../../store/sends/receipts.ts'
import '../../setup/chance.ts'
import { testServers } from '../../setup/servers.ts'
import { openTestStore, type TestStore } from '../../setup/store.ts'

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second))

describe.each(testServers)('receipts on $name', (server) => {
  let own: TestStore
  let integrationId: string
  let other: string
  beforeAll(async () => {
    own = await openTestStore({ server })
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    integrationId = (await own.store.integrations.create(draft)).id
    other = (await own.store.integrations.create(draft)).id
  })
  afterAll(() => own[Symbol.asyncDispose]())

  let records = 0
  const inThread = (remoteId: string, second: number): Said => ({
    thread: { kind: 'conversation', remoteId },
    at: at(second),
  })
  /** One that is at the provider; `sent` says that it is there, as which message. */
  const begin = async (said: Said | null, action = 'reply') => {
    const { send, claim } = await own.store.sends.begin({
      workspaceId: own.workspaceId,
      integrationId,
      idempotencyKey: null,
      action,
      memberId: own.memberId,
      input: {},
      kept: null,
    })
    if (claim === null) throw new Error('it is not ours')
    records += 1
    const remoteId = `m${records}`
    const result = { kind: 'message', remoteId }
    return {
      id: send.id,
      remoteId,
      sent: () => own.store.sends.settle(claim, { state: 'SENT', result, error: null, said }),
    }
  }
  const stateOf = async (id: string): Promise<string | undefined> =>
    (await own.store.sends.find(own.workspaceId, id))?.state
  const read = (remoteId: string, second: number, state: Receipt['state'] = 'READ'): Receipt => ({
    state,
    thread: { kind: 'conversation', remoteId },
    until: at(second),
  })
  const tell = (...receipts: Receipt[]): Promise<void> => own.store.sends.receive(integrationId, receipts)

  test('have what was said in their thread by then go on, and nothing that was said later', async () => {
    const [early, late] = [await begin(inThread('a', 10)), await begin(inThread('a', 11))]
    await early.sent()
    await late.sent()
    await tell(read('a', 10))
    expect([await stateOf(early.id), await stateOf(late.id)]).toEqual(['READ', 'SENT'])
  })

  test('of single messages have those go on, in whatever thread they stand', async () => {
    const [one, two, unknown] = [await begin(inThread('b', 10)), await begin(inThread('c', 10)), await begin(null)]
    for (const each of [one, two, unknown]) await each.sent()
    await tell({ state: 'DELIVERED', messages: [one.remoteId, unknown.remoteId] })
    expect([await stateOf(one.id), await stateOf(two.id), await stateOf(unknown.id)]).toEqual([
      'DELIVERED',
      'SENT',
      'DELIVERED',
    ])
  })

  test('that came before it was known to be sent are not forgotten', async () => {
    const [one, two] = [await begin(inThread('d', 10)), await begin(null)]
    await tell(read('d', 12), { state: 'DELIVERED', messages: [two.remoteId] })
    expect([await stateOf(one.id), await stateOf(two.id)]).toEqual(['SENDING', 'SENDING'])
    await one.sent()
    await two.sent()
    expect([await stateOf(one.id), await stateOf(two.id)]).toEqual(['READ', 'DELIVERED'])
  })

  test('never take back what an earlier one told, in whatever order they come', async () => {
    const one = await begin(inThread('e', 10))
    await one.sent()
    await tell(read('e', 30), read('e', 5))
    await tell(read('e', 40, 'DELIVERED'), { state: 'DELIVERED', messages: [one.remoteId] }, read('e', 1))
    expect(await stateOf(one.id)).toBe('READ')
    const next = await begin(inThread('e', 29))
    await next.sent()
    expect(await stateOf(next.id)).toBe('READ')
  })

  test('are about what customers are shown: no note was ever read by one', async () => {
    const note = await begin(inThread('f', 10), 'note')
    await note.sent()
    await tell(read('f', 20))
    expect(await stateOf(note.id)).toBe('SENT')
  })

  test('of another account tell nothing of this one', async () => {
    const one = await begin(inThread('g', 10))
    await one.sent()
    await own.store.sends.receive(other, [read('g', 20), { state: 'READ', messages: [one.remoteId] }])
    expect(await stateOf(one.id)).toBe('SENT')
  })

  test('tell followers once of each step', async () => {
    const one = await begin(inThread('h', 10))
    await one.sent()
    const told = async (): Promise<number> =>
      (await own.store.database.system.query<object>(`select 1 from event where row_id = $1`, [one.id])).length
    const before = await told()
    await tell(read('h', 20))
    await tell(read('h', 20))
    expect(await told()).toBe(before + 1)
  })

  test('of an account that was ended are not kept', async () => {
    const settings = { baseUrl: null, region: null, domain: null, actorRemoteId: null }
    const draft = { workspaceId: own.workspaceId, provider: 'fake', name: 'Fake', settings, account: null }
    const ended = await own.store.integrations.create(draft)
    await own.store.database.system.query(`update integration set status = 'DISCONNECTED' where id = $1`, [ended.id])
    await own.store.sends.receive(ended.id, [read('i', 20)])
    const kept = await own.store.database.system.query<object>(`select 1 from receipt where integration_id = $1`, [
      ended.id,
    ])
    expect(kept).toEqual([])
  })

  test('and answers that come at the same time never miss each other', async () => {
    let thread = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 2, maxLength: 6 }), async (untils) => {
        thread += 1
        const name = `together ${thread}`
        const sends = await Promise.all([0, 1, 2].map((second) => begin(inThread(name, second))))
        const happening: (() => Promise<unknown>)[] = [
          ...sends.map(({ sent }) => sent),
          ...untils.map((until) => () => tell(read(name, until))),
        ]
        await Promise.all(happening.map((happen) => happen()))
        const furthest = Math.max(...untils)
        const states = await Promise.all(sends.map(({ id }) => stateOf(id)))
        expect(states).toEqual([0, 1, 2].map((second) => (second <= furthest ? 'READ' : 'SENT')))
      }),
      { numRuns: 10 },
    )
  })
})
