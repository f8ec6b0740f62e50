import { Ctx, Query, Resolver } from 'type-graphql'
import type { SubgraphContext } from '../context.ts'

/** Where whoever begins to follow begins. */
@Resolver()
export class EventCursorResolver {
  @Query(() => String, {
    description:
      'The place in the log of events that is now. Ask for it before anything that is shown, and follow `after` it: nothing is missed in between.',
  })
  eventCursor(@Ctx() { services, viewer }: SubgraphContext): Promise<string> {
    return services.store.events.latest(viewer.workspaceId)
  }
}
