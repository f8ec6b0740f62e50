import { expect } from 'vitest'
import type { ActionName, Outcome, TicketDraft, TicketPatch } from '../../kit/actions.ts'
import { A_WHILE_MS, acting, castThread, declared, expectTrue, type Run } from './acted.ts'
import { asSet } from './changes.ts'
import { emptyMirror, type Stage, streamOf } from './stage.ts'
import type { Takes } from './takes.ts'
import type { TicketView } from './views.ts'
import { draftValues, EMPTIED, patchValues } from './words.ts'

const SUBJECT = 'Refund <1 & 2>'

const make = (stage: Stage, more: Partial<TicketDraft> = {}): Promise<Outcome> => {
  const { contactRemoteId } = stage.world.cast
  const draft = { contactRemoteId, type: null, subject: SUBJECT, description: 'Twice charged', ...more }
  // Each is an act of its own: a provider that takes an act's id for a key makes one ticket of one act.
  return declared(stage, 'createTicket')(stage.client(), { ...acting(stage), draft })
}

/** What a ticket was to have stands there: lists in any order, of the account's own fields those that were given. */
function expectWord(seen: TicketView, word: keyof TicketView, value: unknown): void {
  const found = seen[word]
  if (word === 'customFields') expect(found).toMatchObject(value ?? {})
  else if (Array.isArray(found) && Array.isArray(value)) expect(asSet(found)).toEqual(asSet(value))
  else expect({ [word]: found }).toEqual({ [word]: value })
}

const standing = (stage: Stage): Promise<readonly string[]> => stage.world.standing(streamOf(stage, 'ticket').name)

async function change(stage: Stage, patch: TicketPatch): Promise<TicketView> {
  const ticketRemoteId = castThread(stage, 'ticket')
  await stage.pass(A_WHILE_MS)
  const outcome = await declared(stage, 'updateTicket')(stage.client(), { ...acting(stage), ticketRemoteId, patch })
  await expectTrue(stage, outcome)
  return await stage.world.ticket(ticketRemoteId)
}

/** Deletes the cast's ticket: it is in no list, and whoever asks for it hears so. */
async function remove(stage: Stage): Promise<string> {
  const ticketRemoteId = castThread(stage, 'ticket')
  const outcome = await declared(stage, 'deleteTicket')(stage.client(), { ...acting(stage), ticketRemoteId })
  expect(await standing(stage)).not.toContain(ticketRemoteId)
  expect(outcome.subject).toEqual({ kind: 'ticket', remoteId: ticketRemoteId })
  const mirror = emptyMirror()
  mirror.apply(outcome.changes)
  mirror.apply((await streamOf(stage, 'ticket').readOne?.(stage.client(), ticketRemoteId, stage.context(mirror))) ?? [])
  expect(outcome.changes).toContainEqual(expect.objectContaining({ op: 'delete', remoteId: ticketRemoteId }))
  expect(mirror.ids('ticket')).toEqual([])
  return ticketRemoteId
}

async function createTicket(stage: Stage, takes: Takes): Promise<void> {
  const { contactRemoteId } = stage.world.cast
  const outcome = await make(stage)
  expect(outcome.subject.kind).toBe('ticket')
  expect(await standing(stage)).toContain(outcome.subject.remoteId)
  expect(await stage.world.ticket(outcome.subject.remoteId)).toMatchObject({
    subject: SUBJECT,
    description: 'Twice charged',
    contactRemoteIds: [contactRemoteId],
  })
  await expectTrue(stage, outcome)
  const values = draftValues(stage)
  for (const word of takes.draft) {
    await stage.pass(A_WHILE_MS)
    const made = await make(stage, { [word]: values[word] })
    expectWord(await stage.world.ticket(made.subject.remoteId), word, values[word])
    await expectTrue(stage, made)
  }
}

async function updateTicket(stage: Stage, takes: Takes): Promise<void> {
  const before = await stage.world.ticket(castThread(stage, 'ticket'))
  const values = patchValues(stage)
  for (const word of takes.patch.filter((each) => each !== 'status')) {
    const seen = await change(stage, { [word]: values[word] })
    expectWord(seen, word, values[word])
    expect(seen.status).toBe(before.status)
  }
  const kept = takes.keeps?.ticket ?? []
  for (const word of takes.patch.filter((each) => EMPTIED.includes(each) && !kept.includes(each))) {
    expectWord(await change(stage, { [word]: null }), word, null)
  }
  for (const priority of takes.priorities) expectWord(await change(stage, { priority }), 'priority', priority)
  for (const status of takes.statuses) expectWord(await change(stage, { status }), 'status', status)
}

async function deleteTicket(stage: Stage): Promise<void> {
  await remove(stage)
}

async function restoreTicket(stage: Stage): Promise<void> {
  const ticketRemoteId = await remove(stage)
  await stage.pass(A_WHILE_MS)
  const outcome = await declared(stage, 'restoreTicket')(stage.client(), { ...acting(stage), ticketRemoteId })
  expect(await standing(stage)).toContain(ticketRemoteId)
  await expectTrue(stage, outcome)
}

async function mergeTickets(stage: Stage): Promise<void> {
  const intoRemoteId = castThread(stage, 'ticket')
  const others = [await make(stage), await make(stage)].map(({ subject }) => subject.remoteId)
  await stage.pass(A_WHILE_MS)
  const said = await stage.world.messages({ kind: 'ticket', remoteId: intoRemoteId })
  const merge = { ...acting(stage), intoRemoteId, remoteIds: others }
  const outcome = await declared(stage, 'mergeTickets')(stage.client(), merge)
  expect(outcome.subject).toEqual({ kind: 'ticket', remoteId: intoRemoteId })
  const saidThen = await stage.world.messages({ kind: 'ticket', remoteId: intoRemoteId })
  expect(saidThen.length).toBeGreaterThan(said.length)
  for (const remoteId of others) {
    expect(['SOLVED', 'CLOSED']).toContain((await stage.world.ticket(remoteId)).status)
    expect(outcome.changes.map((each) => `${each.kind} ${each.remoteId}`)).toContain(`ticket ${remoteId}`)
  }
  await expectTrue(stage, outcome)
}

/** Tickets made, changed, and put away. */
export const ticketEffects = {
  createTicket,
  updateTicket,
  deleteTicket,
  restoreTicket,
  mergeTickets,
} satisfies Partial<Record<ActionName, Run>>
