import { ArgsType, Field, registerEnumType } from 'type-graphql'
import { Provider } from './provider.ts'

/** What became of a record, as events tell. */
export const ChangeType = { CREATED: 'created', UPDATED: 'updated', DELETED: 'deleted', GAP: 'gap' } as const
registerEnumType(ChangeType, {
  name: 'ChangeType',
  description: 'What became of a record.',
  valuesConfig: { GAP: { description: 'That is not known, since events are missing: `gap` says which.' } },
})

/** What every subscription can be told: where to go on from, and what to leave out. */
@ArgsType()
export class FollowArgs {
  @Field(() => String, {
    nullable: true,
    description: 'The `cursor` of the last event that was seen: what came since then is sent first.',
  })
  readonly after!: string | null | undefined

  @Field(() => [Provider], { nullable: true, description: 'Only of these providers.' })
  readonly providers!: readonly string[] | null | undefined

  @Field(() => Boolean, { defaultValue: false, description: 'Also history that is being read for the first time.' })
  readonly includeBackfill!: boolean
}
