import { Directive, Field, ID, ObjectType } from 'type-graphql'

/** An integration as the other subgraphs name it; the integrations subgraph answers for its fields. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Integration', { simpleResolvers: true })
export class IntegrationReference {
  @Field(() => ID)
  readonly id!: string
}
