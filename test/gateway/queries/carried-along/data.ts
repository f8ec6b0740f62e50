/** What both subgraphs link: what federation carries along to whom it may concern, and a feature of their own. */
export const LINKED = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@tag", "@cost", "@listSize",
    "@authenticated", "@composeDirective"])
  @link(url: "https://acme.example/badge/v1.0", import: ["@badge"])
  @composeDirective(name: "@badge")
`

/** A member of whom both subgraphs know the name. Invented. */
export interface Badge {
  readonly id: string
  readonly name: string
  readonly wage: number | null
}

/** Three members. */
export const badges: readonly Badge[] = [
  { id: '1', name: 'Ann', wage: 9 },
  { id: '2', name: 'Bob', wage: null },
  { id: '3', name: 'Cy', wage: 0 },
]

/** What is said to a member. */
export const greet = (name: string): string => `Dear ${name}`
