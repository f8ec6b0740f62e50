/** Where somebody lives and what people are called there. */
export interface Country {
  readonly name: string
  readonly region: string
  readonly cities: readonly string[]
  readonly language: string
  readonly dialCode: string
  readonly mailHosts: readonly string[]
  readonly firstNames: readonly string[]
  readonly lastNames: readonly string[]
}

const words = (text: string): string[] => text.split(' ')

/** Countries with names that are common there; a person's first and last name come from the same one. */
export const countries: readonly Country[] = [
  {
    name: 'United States',
    region: 'California',
    cities: ['Portland', 'Austin', 'Denver', 'Columbus', 'Sacramento', 'Raleigh'],
    language: 'en',
    dialCode: '+1',
    mailHosts: ['example.com', 'mail.example.com'],
    firstNames: words('Emma Liam Olivia Noah Ava Ethan Sophia Mason Harper Logan Ella Caleb Grace Wyatt Nora Owen'),
    lastNames: words(
      'Johnson Miller Davis Carter Brooks Hayes Foster Bennett Coleman Reed Price Sullivan Ortiz Nguyen',
    ),
  },
  {
    name: 'United Kingdom',
    region: 'England',
    cities: ['Leeds', 'Bristol', 'Norwich', 'Glasgow', 'Cardiff', 'Brighton'],
    language: 'en',
    dialCode: '+44',
    mailHosts: ['example.co.uk', 'example.org'],
    firstNames: words('Oliver Amelia Jack Isla Harry Freya Alfie Poppy George Florence Arthur Evie Theo Maisie'),
    lastNames: words('Hughes Patel Walker Thompson Shah Bailey Chapman Doyle Fletcher Marsh Okafor Whitfield'),
  },
  {
    name: 'Spain',
    region: 'Madrid',
    cities: ['Madrid', 'Valencia', 'Sevilla', 'Bilbao', 'Zaragoza'],
    language: 'es',
    dialCode: '+34',
    mailHosts: ['example.es', 'correo.example.com'],
    firstNames: words('Lucía Mateo Carmen Hugo Martina Pablo Paula Álvaro Ana Diego Elena Javier Marta Sergio'),
    lastNames: words('García Ruiz Moreno Jiménez Navarro Ortega Delgado Vidal Serrano Iglesias Peña Cortés'),
  },
  {
    name: 'Germany',
    region: 'Bayern',
    cities: ['München', 'Köln', 'Leipzig', 'Hannover', 'Freiburg'],
    language: 'de',
    dialCode: '+49',
    mailHosts: ['example.de', 'post.example.de'],
    firstNames: words('Lena Jonas Mia Felix Hannah Paul Clara Lukas Jürgen Greta Sven Ida Moritz Annika'),
    lastNames: words('Müller Schneider Weber Krüger Vogel Schäfer Brandt Lorenz Kühn Seidel Hartmann Yılmaz'),
  },
  {
    name: 'France',
    region: 'Île-de-France',
    cities: ['Lyon', 'Nantes', 'Toulouse', 'Lille', 'Rennes'],
    language: 'fr',
    dialCode: '+33',
    mailHosts: ['example.fr', 'courriel.example.fr'],
    firstNames: words('Camille Louis Chloé Gabriel Léa Raphaël Manon Jules Inès Hugo Zoé Théo Élise Baptiste'),
    lastNames: words('Martin Bernard Dubois Lefèvre Moreau Girard Fontaine Chevalier Perrin Benali Roussel Blanchard'),
  },
  {
    name: 'Brazil',
    region: 'São Paulo',
    cities: ['São Paulo', 'Curitiba', 'Recife', 'Belo Horizonte', 'Porto Alegre'],
    language: 'pt',
    dialCode: '+55',
    mailHosts: ['example.com.br'],
    firstNames: words('Beatriz João Larissa Pedro Mariana Rafael Júlia Thiago Camila Gustavo Letícia Bruno'),
    lastNames: words('Silva Souza Oliveira Almeida Ribeiro Carvalho Gonçalves Teixeira Barbosa Monteiro'),
  },
  {
    name: 'Italy',
    region: 'Lombardia',
    cities: ['Milano', 'Bologna', 'Torino', 'Napoli', 'Verona'],
    language: 'it',
    dialCode: '+39',
    mailHosts: ['example.it'],
    firstNames: words('Giulia Francesco Sofia Lorenzo Aurora Matteo Chiara Davide Alice Riccardo Elisa Marco'),
    lastNames: words('Rossi Ferrari Esposito Ricci Marino Greco Conti Galli Fontana Caruso Leone'),
  },
  {
    name: 'Netherlands',
    region: 'Utrecht',
    cities: ['Utrecht', 'Eindhoven', 'Groningen', 'Haarlem'],
    language: 'nl',
    dialCode: '+31',
    mailHosts: ['example.nl'],
    firstNames: words('Sanne Daan Fleur Bram Lotte Thijs Noor Sem Femke Ruben'),
    lastNames: ['de Vries', 'Jansen', 'van Dijk', 'Bakker', 'Visser', 'Mulder', 'van den Berg', 'Hendriks'],
  },
  {
    name: 'Japan',
    region: 'Kanagawa',
    cities: ['Yokohama', 'Sapporo', 'Kyoto', 'Fukuoka'],
    language: 'en',
    dialCode: '+81',
    mailHosts: ['example.jp'],
    firstNames: words('Haruto Yui Sota Aoi Ren Hina Yuki Sakura Kaito Mei'),
    lastNames: words('Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi'),
  },
  {
    name: 'India',
    region: 'Karnataka',
    cities: ['Bengaluru', 'Pune', 'Kochi', 'Jaipur'],
    language: 'en',
    dialCode: '+91',
    mailHosts: ['example.in'],
    firstNames: words('Aarav Ananya Vihaan Diya Arjun Kavya Rohan Meera Ishaan Priya'),
    lastNames: words('Sharma Iyer Reddy Mehta Kapoor Nair Desai Banerjee Chaudhary'),
  },
]

/** Letters of any of these languages as they stand in a mail address. */
export function asciiOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ı', 'i')
    .normalize('NFD')
    .replaceAll(/[^a-z]/g, '')
}
