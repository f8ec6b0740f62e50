import { Directive, Field, ObjectType } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import type { Told } from '../../store/change.ts'
import { toNodeId, type NodeKind } from '../../store/id.ts'
import type { ChangeType } from './events.ts'

/** Where the log does not reach back to the cursor that was given. */
@Directive('@shareable')
@ObjectType('Gap', {
  simpleResolvers: true,
  description:
    'Events that are missing: the log does not reach back to the cursor that was given, or that cursor is of another database. All that is held comes next.',
})
export class Gap {
  @Field(() => String, { description: 'The cursor after which events are missing.' })
  readonly from!: string

  @Field(() => String, {
    description: 'The cursor from which on nothing is missing; it is the `cursor` of the event that tells the gap.',
  })
  readonly to!: string

  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When the last of the missing events was stored; null when that is not known.',
  })
  readonly until!: Date | null

  @Field(() => [String], {
    description: 'Fields of `Query` that may answer differently since: what is shown of them is to be read again.',
  })
  readonly reread!: readonly string[]
}

/** What `gap` of every event is. */
export const GAP_FIELD = 'Null, unless this is no event but tells that events are missing, and where it goes on.'

/** What `id` of every event is. */
export const ID_FIELD = 'Of the record, also when it is gone; null for a gap.'

/** The gap that is told, with what is to be read again; null for an event. */
export function toGap(told: Told, reread: readonly string[]): Gap | null {
  return told.kind === 'gap' ? { from: told.from, to: told.cursor, until: told.until, reread } : null
}

/** What happened, as {@link ChangeType} says it. */
export function toChangeType(told: Told): (typeof ChangeType)[keyof typeof ChangeType] {
  return told.kind === 'gap' ? 'gap' : told.op
}

/** The global id of the record that changed; null for a gap. */
export function toRecordId(told: Told, kind: NodeKind): string | null {
  return told.kind === 'gap' ? null : toNodeId(kind, told.rowId)
}
