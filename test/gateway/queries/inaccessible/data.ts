/** A person as staff know them. Invented. */
export interface Person {
  readonly __typename: 'Agent' | 'Robot'
  readonly id: string
  readonly name: string
  /** Of which clients must not hear. */
  readonly salary: number
  readonly mood: string
}

/** Two agents and a robot, which clients do not know of. */
export const people: readonly Person[] = [
  { __typename: 'Agent', id: '1', name: 'Ann', salary: 9, mood: 'GOOD' },
  { __typename: 'Robot', id: '2', name: 'R2', salary: 0, mood: 'GOOD' },
  { __typename: 'Agent', id: '3', name: 'Cy', salary: 5, mood: 'SECRET' },
]

/** A person by key. */
export const findPerson = (key: { readonly id: string }): Person | undefined => people.find(({ id }) => id === key.id)

/** What is computed of a salary. */
export const toGrade = (salary: number): string => (salary > 6 ? 'senior' : 'junior')

/** How somebody is greeted. */
export const greet = (name: string, { politely }: { readonly politely?: boolean | null }): string =>
  `${politely === false ? 'Hi' : 'Dear'} ${name}`
