/** Things the shop sells. */
export const products: readonly string[] = [
  'Harbour rain jacket',
  'Trailhead 30 L backpack',
  'Morning pour-over kettle',
  'Linen duvet cover, king',
  'Oak bedside lamp',
  'Merino base layer',
  'Cast-iron skillet, 26 cm',
  'City commuter bike light set',
  'Ceramic planter, large',
  'Noise-cancelling earbuds',
  'Folding camp chair',
  'Cotton bath towel set',
  'Leather card holder',
  'Insulated bottle, 750 ml',
  'Kids’ wellington boots',
  'Standing desk converter',
  'Wool picnic blanket',
  'Stainless lunch box',
  'Running belt',
  'Bamboo cutting board',
]

/** Who brings it. */
export const carriers: readonly string[] = ['Northpost', 'ParcelRun', 'BlueVan', 'SwiftShip', 'Euroway']

/** Beginnings and ends of company names. */
export const companyNames = {
  beginnings: [
    'Fernhill',
    'Copperline',
    'Bluegate',
    'Otter & Pine',
    'Juniper',
    'Salt Street',
    'Kestrel',
    'Marlow',
    'Tidewater',
    'Alder',
    'Quarry',
    'Lumen',
    'Northwind',
    'Saffron',
    'Granary',
    'Halden',
    'Birchwood',
    'Cobalt',
    'Meridian',
    'Parallel',
  ],
  ends: ['Studio', 'Hotels', 'Coffee', 'Architects', 'Logistics', 'Interiors', 'Schools', 'Clinics', 'Outdoor', 'Labs'],
} as const

/** What companies do. */
export const industries: readonly string[] = [
  'Retail',
  'Hospitality',
  'Design',
  'Education',
  'Healthcare',
  'Logistics',
  'Software',
]

/** What companies pay for. */
export const plans: readonly string[] = ['Trade Basic', 'Trade Plus', 'Trade Partner']

/** What a customer says along with a rating, by the rating. */
export const remarks: Readonly<Record<number, readonly string[]>> = {
  1: ['Still not solved.', 'Three days for one answer.', 'Had to explain it all over again every time.'],
  2: ['Slow.', 'I expected more than a template answer.'],
  3: ['It was fine.', 'Solved in the end.'],
  4: ['Friendly and clear, thanks.', 'Quick once somebody looked at it.'],
  5: [
    'Brilliant, thank you!',
    'Best support I have had this year.',
    'Sorted within minutes.',
    'Muchas gracias, todo perfecto.',
  ],
}
