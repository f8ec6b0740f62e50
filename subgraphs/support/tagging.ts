import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql'
import type { SubgraphContext } from '../context.ts'
import { Node } from '../interfaces/node.ts'
import { UserError } from '../interfaces/user-error.ts'
import { act } from '../acting/act.ts'
import { type Acted, notDone } from '../acting/acted.ts'
import { begin, type Begun } from '../acting/begin.ts'
import { checkText } from '../acting/checks.ts'
import { TagInput, UntagInput } from './inputs.ts'
import type { Stub } from '../interfaces/stub.ts'
import { remoteIdOf } from '../acting/targets.ts'

const TAGGABLE = ['contact', 'company', 'conversation', 'ticket'] as const

@ObjectType({ simpleResolvers: true })
class TagPayload {
  @Field(() => [UserError], { description: 'Empty when it was done.' })
  readonly userErrors!: readonly UserError[]
}

/** Putting labels on things. */
@Resolver(() => TagPayload)
export class TaggingMutations {
  @FieldResolver(() => Node, { nullable: true, description: 'What was tagged, as it now stands.' })
  node(@Root() acted: Acted): Stub | null {
    return acted.subject
  }

  @Mutation(() => TagPayload, { description: 'Tags a contact, company, conversation or ticket. Needs AGENT.' })
  async tag(@Arg('input', () => TagInput) input: TagInput, @Ctx() context: SubgraphContext): Promise<Acted> {
    const begun = await this.begin(context, input, [checkText('name', input.name)])
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const asked = { target: { kind: row.kind, remoteId: row.remoteId }, name: input.name.trim() }
    return act(context, {
      ...asking,
      name: 'tag',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  @Mutation(() => TagPayload, { description: 'Takes a tag off. Needs AGENT.' })
  async untag(@Arg('input', () => UntagInput) input: UntagInput, @Ctx() context: SubgraphContext): Promise<Acted> {
    const begun = await this.begin(context, input, [])
    if (begun.wrong !== null) return notDone(begun.wrong)
    const { row, asking } = begun
    const tag = await remoteIdOf(context, 'tagId', { id: input.tagId, kind: 'tag', integrationId: row.integrationId })
    if (tag.error !== null) return notDone([tag.error])
    const target = { kind: row.kind, remoteId: row.remoteId }
    const asked = { target, tagRemoteId: tag.row ?? '' }
    return act(context, {
      ...asking,
      name: 'untag',
      perform: (action, client, acting) => action(client, { ...acting, ...asked }),
    })
  }

  private begin(
    context: SubgraphContext,
    input: TagInput | UntagInput,
    checks: Parameters<typeof begin>[2]['checks'],
  ): Promise<Begun<(typeof TAGGABLE)[number]>> {
    return begin(context, input, { field: 'id', id: input.id, kinds: TAGGABLE, checks })
  }
}
