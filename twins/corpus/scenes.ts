import type { Random } from '../random.ts'
import { accountStories } from './stories-account.ts'
import { storiesAbroad } from './stories-abroad.ts'
import { orderStories } from './stories-orders.ts'
import { countries } from './people.ts'
import { carriers, products } from './shop.ts'
import type { Slots, Story } from './story.ts'

const english: readonly Story[] = [...orderStories, ...accountStories]

/** People who speak another language often write in it, and sometimes in English. */
export function storyFor(random: Random, language: string | null): Story {
  const own = storiesAbroad.filter((story) => story.language === language)
  return random.pick(own.length > 0 && random.chance(0.6) ? own : english)
}

/** Somebody who may not have said who they are. */
export interface Named {
  readonly name: string | null
}

/** What a story's slots stand for this time. */
export function slotsFor(random: Random, customer: Named, agent: { readonly name: string }): Slots {
  const cents = random.int(900, 24_900)
  return {
    name: customer.name?.split(' ')[0] ?? 'there',
    agent: agent.name.split(' ')[0] ?? agent.name,
    order: `#${random.int(10_000, 99_999)}`,
    product: random.pick(products),
    city: random.pick(random.pick(countries).cities),
    amount: `€${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    carrier: random.pick(carriers),
    tracking: `${random.pick(['NP', 'PR', 'BV', 'SW'])}${random.int(100_000_000, 999_999_999)}`,
    days: String(random.int(3, 12)),
  }
}
