/** Two notes; the text says who answered. Invented. */
export const notes = ['n1', 'n2'].map((id) => ({ id }))
