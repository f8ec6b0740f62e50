import type { AppliedTag } from '../records.ts'
import type { World } from '../world.ts'

/** A tag with when and by whom it was put on. */
export function renderAppliedTag(world: World, tag: AppliedTag): Record<string, unknown> {
  return {
    type: 'tag',
    id: tag.id,
    name: world.tags.get(tag.id)?.name ?? '',
    applied_at: tag.appliedAt,
    applied_by: tag.appliedBy,
  }
}

/** The tags of one thing that still exist. */
export function renderAppliedTags(world: World, tags: readonly AppliedTag[]): Record<string, unknown>[] {
  return tags.filter((tag) => world.tags.has(tag.id)).map((tag) => renderAppliedTag(world, tag))
}
