/** What has to be known of a country to enter its facilities. */
export interface Country {
  readonly name: string;
  readonly zone: string;
  /** a box around it in degrees (WGS 84): a position outside of it is wrong */
  readonly box: {
    readonly south: number;
    readonly north: number;
    readonly west: number;
    readonly east: number;
  };
}

/** Kenya with its waters; the north reaches into the Ilemi triangle. */
export const KENYA: Country = {
  name: "Kenya",
  zone: "Africa/Nairobi",
  box: { south: -4.9, north: 5.6, west: 33.8, east: 42 },
};
