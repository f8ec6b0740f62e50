import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ActionName, Actions, Outcome, Thread } from '../../kit/actions.ts'
import { faultsIn } from './changes.ts'
import { emptyMirror, type Stage, streamOf } from './stage.ts'
import type { Takes } from './takes.ts'

/** Does an action at the twin, and looks for what it did. */
export type Run = (stage: Stage, takes: Takes) => Promise<void>

/** A tag's name: one that every provider takes, those with no spaces and capitals too. */
export const TAG = 'made-by-this-test'

/** Time between two acts, in which a provider that tells versions apart by the second sees them as two. */
export const A_WHILE_MS = 5_000

/** An action that the connector declares: it is run for no other. */
export function declared<Name extends ActionName>(stage: Stage, name: Name): NonNullable<Actions[Name]> {
  const action = stage.connector.actions[name]
  if (action === undefined) throw new Error(`${stage.connector.provider} does not declare ${name}`)
  return action
}

/** In whose name the suite acts, and the name of one act: another each time, since providers know an act that they did. */
export const acting = (stage: Stage) => ({ agentRemoteId: stage.world.cast.agentRemoteId, actId: randomUUID() })

/** The cast's thread of a kind. */
export function castThread({ world }: Stage, kind: Thread['kind']): string {
  const found = world.cast.threads.find((thread) => thread.kind === kind)
  if (found === undefined) throw new Error(`an action is declared that needs a ${kind}, and the cast has none`)
  return found.remoteId
}

/** What an action answers is what reading the same record answers: nothing that a sync would then change. */
export async function expectTrue(stage: Stage, { changes, subject }: Outcome, thread?: Thread): Promise<void> {
  expect(faultsIn(changes)).toEqual([])
  const answered = emptyMirror()
  answered.apply(changes)
  const { kind, remoteId } = thread ?? subject
  const stream = streamOf(stage, kind)
  const read = emptyMirror()
  read.apply((await stream.readOne?.(stage.client(), remoteId, stage.context(read))) ?? [])
  expect(read.find(subject.kind, subject.remoteId)).not.toBeNull()
  for (const change of changes) {
    const standing = read.find(change.kind, change.remoteId)
    if (change.op === 'upsert' && standing !== null) expect(change.fields).toEqual(standing.fields)
  }
  expect(answered.find(subject.kind, subject.remoteId)).not.toBeNull()
}
