/** Somebody whose fields go by names and values that are easily mistaken. Invented. */
export const odd = {
  id: '1',
  constructor: 'made',
  toString: 'told',
  hasOwnProperty: 7,
  length: 3,
  caller: 'next',
  valueOf: null,
}

/** Values at the edges of their types. */
export const edges = {
  most: 2_147_483_647,
  least: -2_147_483_648,
  tiny: 5e-324,
  huge: 1.7976931348623157e308,
  whole: 1e21,
  text: 'Łódź ☂ \u{1F600} \u0000 \\ " \n \u2028',
  empty: '',
  json: { a: [1, null, { b: 'x' }], __typename: 'Nothing', constructor: 1 },
  big: '123456789012345678901234567890',
  matrix: [[1, 2], [], null, [null, 3]],
  cube: [[[1]], [[]], []],
}

/** Keys that are easily mistaken for one another, or for no key. */
export const keys = ['', '0', 'null', '1:2', '"', 'a\u0000b', 'é', 'e\u0301', '__proto__', 'constructor'].map(
  (code) => ({
    code,
  }),
)
