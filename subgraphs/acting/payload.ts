import { type ClassType, Ctx, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql'
import type { RowOf } from '../../store/kinds.ts'
import type { SubgraphContext } from '../context.ts'
import type { StubKind } from '../interfaces/stub.ts'
import { UserError } from '../interfaces/user-error.ts'
import type { Acted } from './acted.ts'

/** A payload's class in the schema, and the resolver that reads it from what came of a mutation. */
export interface PayloadClasses {
  readonly Payload: ClassType
  readonly resolver: ClassType
}

/**
 * Makes what a mutation answers from its `Acted`: the record as it now stands, in a field named for its kind, and
 * `userErrors`.
 *
 * A provider's own mutations take it with the provider's own type: `payloadOf('ZendeskTicketPayload', 'ticket', () =>
 * ZendeskTicket)`. The resolver goes among those of the subgraph.
 *
 * @param type the record's type: the subgraph's interface, or an object type
 */
export function payloadOf(name: string, kind: StubKind, type: () => ClassType): PayloadClasses {
  @ObjectType(name, { simpleResolvers: true })
  class Payload {
    @Field(() => [UserError], { description: 'Empty when it was done.' })
    readonly userErrors!: readonly UserError[]
  }

  @Resolver(() => Payload)
  class PayloadResolver {
    @FieldResolver(type, { name: kind, nullable: true, description: 'As it now stands; null when it is gone.' })
    record(@Root() { subject }: Acted, @Ctx() context: SubgraphContext): Promise<RowOf<StubKind> | null> | null {
      return subject?.kind === kind ? context.reader.byId(kind, subject.id) : null
    }
  }
  return { Payload, resolver: PayloadResolver }
}
