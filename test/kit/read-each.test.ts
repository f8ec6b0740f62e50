import { describe, expect, it } from 'vitest'
import { CredentialError, MalformedError, RateLimitedError, RejectedError, UnavailableError } from '../../kit/errors.ts'
import { readEach, sift } from '../../kit/read-each.ts'
import type { Change } from '../../store/change.ts'

const gone = (remoteId: string): Change => ({ op: 'delete', kind: 'tag', remoteId, mergedIntoRemoteId: null })
const down = new UnavailableError('p', 'answered 503', null)
const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index))

/** Reads records of which some fail; side by side as many as told. */
const read = (all: readonly string[], faults: Readonly<Record<string, Error>>, limit = 1) =>
  readEach(all, { limit, remoteIdOf: (id) => id }, (id) => {
    const fault = faults[id]
    return fault ? Promise.reject(fault) : Promise.resolve([gone(id)])
  })

describe('records that are read each by itself', () => {
  it.each([
    ['is not as promised', new MalformedError('p', 'odd')],
    ['is refused', new RejectedError('p', 'no', null, 'words of the provider')],
    ['is not served', down],
  ])('come without the one that %s, and with what is wrong with it', async (_, fault) => {
    const { changes, failed } = await read(ids(4), { 1: fault }, 2)
    expect(changes.map(({ remoteId }) => remoteId)).toEqual(['0', '2', '3'])
    expect(failed).toEqual([{ remoteId: '1', reason: fault.message }])
  })

  it.each([
    ['the account has enough', new RateLimitedError('p', 'enough', new Date(0))],
    ['the credential is refused', new CredentialError('p', 'revoked')],
    ['the fault is ours', new TypeError('ours')],
  ])('do not come at all when %s', async (_, fault) => {
    await expect(read(ids(4), { 2: fault })).rejects.toBe(fault)
  })

  it('are left alone when not one of the first is answered', async () => {
    const asked: string[] = []
    const all = readEach(ids(50), { limit: 1, remoteIdOf: (id) => id }, (id) => {
      asked.push(id)
      return Promise.reject(down)
    })
    await expect(all).rejects.toBe(down)
    expect(asked).toHaveLength(5)
  })

  it('all fail by themselves when they are few, or when the provider answers at all', async () => {
    expect((await read(ids(4), { 0: down, 1: down, 2: down, 3: down })).failed).toHaveLength(4)
    const all = Object.fromEntries(ids(50).map((id) => [id, down]))
    expect((await read(ids(50), { ...all, 0: new MalformedError('p', 'odd') })).failed).toHaveLength(50)
  })
})

it('records at hand are parted into good and odd, and a fault of ours is none of theirs', () => {
  const toId = (record: unknown): string | null => (typeof record === 'string' ? record : null)
  const sifted = sift(['a', 'odd', 7], toId, (record) => {
    if (record === 'a') return record
    throw new MalformedError('p', 'not as promised')
  })
  expect(sifted).toEqual({
    good: ['a'],
    failed: [
      { remoteId: 'odd', reason: 'p: not as promised' },
      { remoteId: null, reason: 'p: not as promised' },
    ],
  })
  expect(() =>
    sift([1], toId, () => {
      throw new TypeError('ours')
    }),
  ).toThrow(TypeError)
})
