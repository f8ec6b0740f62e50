/** Who speaks in a turn. A note is an agent speaking to other agents. */
export type Speaker = 'customer' | 'agent' | 'bot' | 'note'

/** One message of a story, in several wordings. */
export interface Turn {
  readonly by: Speaker
  readonly wordings: readonly string[]
}

/** A conversation that could have happened, with slots: {name} {agent} {order} {product} {city} {amount} {carrier} {tracking} {days}. */
export interface Story {
  /** The tag it gets. */
  readonly topic: string
  readonly title: string
  readonly language: string
  readonly turns: readonly Turn[]
}

/** What stands for a slot. */
export type Slots = Readonly<Record<string, string>>

/** Writes a story in one line a turn, each beginning with who speaks: `C:` customer, `A:` agent, `B:` bot, `N:` note; `|` divides wordings. */
export function story(topic: string, title: string, language: string, script: string): Story {
  const turns = script
    .trim()
    .split('\n')
    .map((line) => turnOf(line.trim()))
  return { topic, title, language, turns }
}

/** Fills the slots of a text. */
export function fill(text: string, slots: Slots): string {
  return text.replaceAll(/\{(\w+)\}/g, (_slot, name: string) => {
    const value = slots[name]
    if (value === undefined) throw new RangeError(`nothing is known for {${name}} in "${text}"`)
    return value
  })
}

const speakers: Readonly<Record<string, Speaker>> = { C: 'customer', A: 'agent', B: 'bot', N: 'note' }

function turnOf(line: string): Turn {
  const by = speakers[line.charAt(0)]
  if (by === undefined || line.charAt(1) !== ':')
    throw new SyntaxError(`a turn begins with C:, A:, B: or N:, but got "${line}"`)
  const wordings = line
    .slice(2)
    .split('|')
    .map((wording) => wording.trim())
  return { by, wordings }
}
