import { Field, ID, InputType } from 'type-graphql'

/** What every input that acts at a provider may say. */
@InputType()
export class ActingInput {
  @Field(() => ID, { nullable: true, description: 'In whose name; the integration’s own agent when not given.' })
  readonly agentId?: string | null

  @Field(() => String, {
    nullable: true,
    description:
      'Chosen by the caller, up to 200 letters: a call repeated with the same key is done once, and answers the same.',
  })
  readonly idempotencyKey?: string | null
}
