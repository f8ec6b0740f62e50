import { Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver } from 'type-graphql'
import { GraphQLDateTimeISO } from 'graphql-scalars'
import { toNodeId } from '../../store/id.ts'
import type { SubgraphContext } from '../context.ts'
import { Member, toMember } from '../interfaces/member.ts'

@ObjectType('Workspace', { simpleResolvers: true, description: 'Whose tools and customers these are.' })
class Workspace {
  @Field(() => ID)
  readonly id!: string

  @Field(() => String)
  readonly name!: string
}

@ObjectType('Viewer', { simpleResolvers: true, description: 'Whoever the token belongs to.' })
class Viewer {
  @Field(() => GraphQLDateTimeISO, {
    nullable: true,
    description: 'When the token ends; null when it does not by itself.',
  })
  readonly expiresAt!: Date | null
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Query(() => Viewer)
  viewer(@Ctx() { viewer }: SubgraphContext): Viewer {
    return { expiresAt: viewer.expiresAt }
  }

  @FieldResolver(() => Member, { nullable: true })
  async member(@Ctx() { services, viewer }: SubgraphContext): Promise<Member | null> {
    const member = await services.store.members.find(viewer.workspaceId, viewer.memberId)
    return member && toMember(member)
  }

  @FieldResolver(() => Workspace, { nullable: true })
  async workspace(@Ctx() { services, viewer }: SubgraphContext): Promise<Workspace | null> {
    const workspace = await services.store.workspaces.find(viewer.workspaceId)
    return workspace && { id: toNodeId('workspace', workspace.id), name: workspace.name }
  }
}
