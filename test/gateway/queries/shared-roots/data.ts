/** What both subgraphs know of the workspace, each its part. Invented. */
export const workspace = {
  name: 'Acme',
  plan: { name: 'Pro', seats: 5, limits: { tickets: 100, contacts: null } },
  region: 'eu',
  languages: [{ code: 'en', name: 'English' }, null, { code: 'de', name: null }],
}
