/** What the subgraphs of the clinic link. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@requires", "@external", "@shareable", "@authenticated", "@requiresScopes", "@policy"])\n`
