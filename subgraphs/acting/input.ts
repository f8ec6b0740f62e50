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

/** How long at most a mutation waits for what others do. */
export const MAX_WAIT_MS = 20_000

/** What an input may say besides that says or makes something. */
export const WAITS: Parameters<typeof Field>[1] = {
  nullable: true,
  description: `Has it done in the background, in the order of its conversation, and tried again for an hour while the provider cannot be asked: the answer waits at most so many milliseconds, up to ${MAX_WAIT_MS}, and \`send\` says how it then stands. Without it, it is done at once or not at all.`,
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
