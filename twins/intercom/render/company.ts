import type { Company } from '../records.ts'
import type { World } from '../world.ts'
import { peopleOf } from '../people.ts'

/** A company as the API writes it. Fields nobody set are left out, a plan nobody set is empty. */
export function renderCompany(world: World, company: Company): Record<string, unknown> {
  return {
    type: 'company',
    id: company.id,
    company_id: company.companyId,
    app_id: world.app.id,
    name: company.name,
    ...(company.remoteCreatedAt === null ? {} : { remote_created_at: company.remoteCreatedAt }),
    created_at: company.createdAt,
    updated_at: company.updatedAt,
    ...(company.lastRequestAt === null ? {} : { last_request_at: company.lastRequestAt }),
    monthly_spend: company.monthlySpend,
    session_count: company.sessionCount,
    user_count: peopleOf(world, company.id).length,
    ...(company.size === null ? {} : { size: company.size }),
    ...(company.website === null ? {} : { website: company.website }),
    ...(company.industry === null ? {} : { industry: company.industry }),
    plan: company.plan === null ? {} : { type: 'plan', id: planId(company.plan), name: company.plan },
    tags: {
      type: 'tag.list',
      tags: company.tags.flatMap((applied) => {
        const tag = world.tags.get(applied.id)
        return tag ? [{ type: 'tag', id: tag.id, name: tag.name }] : []
      }),
    },
    segments: { type: 'segment.list', segments: [] },
    custom_attributes: company.customAttributes,
  }
}

/** Plans have no list of their own; equal names are one plan. */
function planId(name: string): string {
  let number = 0
  for (const character of name) number = (number * 31 + (character.codePointAt(0) ?? 0)) % 90_000
  return String(10_000 + number)
}
