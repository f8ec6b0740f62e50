import { Field, FieldResolver, ID, InterfaceType, Resolver, Root } from 'type-graphql'
import { GraphQLDateTimeISO, GraphQLJSON } from 'graphql-scalars'
import { toNodeId } from '../../store/id.ts'
import type { Json, Kind, LearnedBy as LearnedByValue, RowOf } from '../../store/kinds.ts'
import { LearnedBy } from './enums.ts'
import { IntegrationReference } from './integration-reference.ts'
import { Node, typeOf } from './node.ts'
import { Provider } from './provider.ts'

/** What every mirrored record tells of itself: where it comes from, and how fresh it is. */
@InterfaceType('Record', {
  implements: Node,
  autoRegisterImplementations: false,
  description: 'A record of a provider, mirrored.',
  resolveType: typeOf,
})
export class Record {
  @Field(() => ID, { description: 'Global and opaque; `node(id:)` finds it again.' })
  readonly id!: string

  @Field(() => Provider)
  readonly provider!: string

  @Field(() => IntegrationReference, { description: 'The account that it came from.' })
  readonly integration!: IntegrationReference

  @Field(() => String, { description: 'The provider’s own id.' })
  readonly remoteId!: string

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it began, as the provider says.' })
  readonly createdAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { nullable: true, description: 'When it last changed, as the provider says.' })
  readonly updatedAt!: Date | null

  @Field(() => GraphQLDateTimeISO, { description: 'When the provider was last asked for it: it stood like this then.' })
  readonly asOf!: Date

  @Field(() => LearnedBy, {
    nullable: true,
    description: 'By which way that was. Null when it is not known: it was mirrored before this was kept.',
  })
  readonly learnedBy!: LearnedByValue | null

  @Field(() => GraphQLJSON, { nullable: true, description: 'Exactly as the provider sent it.' })
  readonly native!: Json
}

@Resolver(() => Record)
export class RecordResolver {
  @FieldResolver(() => ID)
  id(@Root() row: RowOf<Kind>): string {
    return toNodeId(row.kind, row.id)
  }

  @FieldResolver(() => IntegrationReference)
  integration(@Root() row: RowOf<Kind>): IntegrationReference {
    return { id: toNodeId('integration', row.integrationId) }
  }

  @FieldResolver(() => GraphQLDateTimeISO)
  asOf(@Root() row: RowOf<Kind>): Date {
    return row.observedAt
  }
}
