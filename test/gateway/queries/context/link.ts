/** What the subgraphs of the shop link. */
export const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@requires", "@external", "@shareable", "@context", "@fromContext"])\n`
