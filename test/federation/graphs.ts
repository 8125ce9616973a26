/** A federated graph for tests: the SDL of its subgraphs by name. */
export type Graph = Readonly<Record<string, string>>;

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports
    .split(" ")
    .map((name) => `"@${name}"`)
    .join(", ")}])\n`;

/** Graphs that between them use what federation has: each is small, and asks for plans of another kind. */
export const graphs: Readonly<Record<string, Graph>> = {
  "keys of several fields, nested keys, requires and provides": {
    catalogue: `${link("key shareable external provides")}
      type Query { top(first: Int = 3): [Item] item(id: ID!): Item featured: Box }
      type Box { item: Item @provides(fields: "label") note: String }
      type Item @key(fields: "id") @key(fields: "sku maker { id }") {
        id: ID! sku: String maker: Maker label: String @external weight: Int price(currency: String = "USD"): Int
      }
      type Maker @key(fields: "id") { id: ID! name: String @shareable }`,
    stock: `${link("key external requires shareable")}
      type Query { warehouse: Warehouse }
      type Warehouse @key(fields: "id") { id: ID! items: [Item!] }
      type Item @key(fields: "id") {
        id: ID! weight: Int @external label: String @shareable shipping: Int @requires(fields: "weight")
        estimate(days: Int): String @requires(fields: "weight size { width }") size: Size @external
      }
      type Size { width: Int @external }`,
    measures: `${link("key shareable")}
      type Item @key(fields: "id") { id: ID! size: Size label: String @shareable }
      type Size { width: Int height: Int }`,
    makers: `${link("key shareable")}
      type Query { makers: [Maker] }
      type Maker @key(fields: "id") { id: ID! name: String @shareable country: String items: [Item] }
      type Item @key(fields: "sku maker { id }") { sku: String maker: Maker rating: Float }`,
  },
  "interfaces and unions over several subgraphs": {
    media: `${link("key shareable")}
      type Query { library: [Medium] any: Thing shelf: Shelf }
      type Shelf { top: Medium things: [Thing] }
      interface Medium { id: ID! title: String }
      type Book implements Medium @key(fields: "id") { id: ID! title: String @shareable pages: Int sequel: Book }
      type Film implements Medium @key(fields: "id") { id: ID! title: String @shareable minutes: Int }
      type Game implements Medium @key(fields: "id") { id: ID! title: String players: [Int!] }
      union Thing = Book | Film`,
    reviews: `${link("key shareable")}
      type Query { best: Subject }
      interface Subject { id: ID! reviews: [Review] }
      type Book implements Subject @key(fields: "id") { id: ID! reviews: [Review] title: String @shareable }
      type Film implements Subject @key(fields: "id") { id: ID! reviews: [Review] title: String @shareable }
      type Review @key(fields: "id") { id: ID! stars: Int about: Subject on: Thing verdict: Verdict }
      union Thing = Book | Film
      enum Verdict { GOOD BAD MIXED }`,
  },
  "an interface as an object, and entities by an interface": {
    accounts: `${link("key")}
      type Query { accounts: [Account] first: Account admin: Admin }
      interface Account @key(fields: "id") { id: ID! email: String }
      type Admin implements Account @key(fields: "id") { id: ID! email: String level: Int }
      type Member implements Account @key(fields: "id") { id: ID! email: String since: String }`,
    social: `${link("key interfaceObject")}
      type Query { popular: [Account] }
      type Account @key(fields: "id") @interfaceObject { id: ID! followers: Int friends: [Account!] motto: String }`,
  },
  "what is hidden, overridden, or of fewer values": {
    old: `${link("key shareable inaccessible")}
      type Query { things: [Thing!] thing(kind: Kind = SMALL): Thing version: String @shareable }
      type Thing @key(fields: "id") { id: ID! secret: String @inaccessible name: String colour: Colour kind: Kind price: Int }
      enum Colour { RED GREEN HIDDEN @inaccessible }
      enum Kind { SMALL LARGE }`,
    new: `${link("key override shareable requires external inaccessible")}
      type Query { latest: Thing version: String @shareable }
      type Thing @key(fields: "id") {
        id: ID! price: Int @override(from: "old") secret: String @external hint: String @requires(fields: "secret") tags: [String!] parts: [[Part]]
      }
      type Part { name: String! size: Float! }`,
  },
  "mutations in turn": {
    one: `${link("key")}
      type Query { counter: Counter }
      type Mutation { add(by: Int!): Counter addMany(list: [AddInput!]!): [Counter] }
      input AddInput { by: Int! = 2 nested: AddInput }
      type Counter @key(fields: "id") { id: ID! value: Int }`,
    two: `${link("key")}
      type Query { log: [Entry] }
      type Mutation { write(text: String = "x"): Entry }
      type Entry { text: String counter: Counter }
      type Counter @key(fields: "id") { id: ID! doubled: Int entries: [Entry] }`,
  },
};
