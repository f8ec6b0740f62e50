/** Whom an animal belongs to. Invented. */
export interface Owner {
  readonly id: string
  readonly name: string
  readonly phone: string
  readonly debt: number
}

/** A patient of a clinic, or what is left of one. */
export interface Animal {
  readonly __typename: 'Dog' | 'Cat' | 'Ghost'
  readonly id: string
  readonly name: string
  readonly mood: string
  readonly weight: number
  readonly owner: Owner | null
}

const ann: Owner = { id: 'o1', name: 'Ann', phone: '555-1', debt: 30 }
const bob: Owner = { id: 'o2', name: 'Bob', phone: '555-2', debt: 0 }

/** Patients of every kind. */
export const animals: readonly Animal[] = [
  { __typename: 'Dog', id: 'd1', name: 'Rex', mood: 'CALM', weight: 30, owner: ann },
  { __typename: 'Cat', id: 'c1', name: 'Tom', mood: 'WILD', weight: 4, owner: bob },
  { __typename: 'Dog', id: 'd2', name: 'Fido', mood: 'WILD', weight: 9, owner: null },
  { __typename: 'Ghost', id: 'g1', name: 'Boo', mood: 'CALM', weight: 0, owner: ann },
]

/** An animal by its key. */
export const findAnimal = ({ id }: { readonly id: string }): Animal | undefined =>
  animals.find((animal) => animal.id === id)

/** An owner by their key. */
export const findOwner = ({ id }: { readonly id: string }): Owner | undefined =>
  [ann, bob].find((owner) => owner.id === id)

/** What is found when an animal is weighed. */
export const diagnose = ({ weight }: Pick<Animal, 'weight'>): string => (weight > 10 ? 'heavy' : 'light')

/** What mutations have done, for queries and other mutations to see. */
export const done = { visits: 0, erased: 0 }

/** Undoes what mutations have done. */
export function reset(): void {
  done.visits = 0
  done.erased = 0
}
