import { Field, getMetadataStorage, ID, InputType } from 'type-graphql'

/** What every input that changes something at a provider may say. */
@InputType()
export class KeyedInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Chosen by the caller, up to 200 letters: a call repeated with the same key is done once, and answers the same.',
  })
  readonly idempotencyKey?: string | null
}

/** What every input may say that acts in the name of an agent. */
@InputType()
export class ActingInput extends KeyedInput {
  @Field(() => ID, { nullable: true, description: 'In whose name; the integration’s own agent when not given.' })
  readonly agentId?: string | null
}

/** The names of all fields that an input may have, given or not: those that its class and the classes above it declare. */
export function fieldsOf(input: object): readonly string[] {
  const lines: object[] = []
  for (let line: unknown = input.constructor; typeof line === 'function'; line = Object.getPrototypeOf(line)) {
    lines.push(line)
  }
  const declared = getMetadataStorage().inputTypes.filter(({ target }) => lines.includes(target))
  return declared.flatMap(({ fields }) => fields?.map(({ name }) => name) ?? [])
}
