import type { Contact } from './records.ts'
import type { World } from './world.ts'

/** The contacts attached to a company, those archived left out. */
export function peopleOf(world: World, companyId: string): Contact[] {
  return [...world.contacts.values()].filter((contact) => !contact.archived && contact.companyIds.includes(companyId))
}
