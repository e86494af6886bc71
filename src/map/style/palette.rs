//! Colours that are no mesh's own. The built-in ones are calm on purpose: what is vivid has a meaning. Red, yellow and green as
//! full colours belong to the lamps of the cases and appear nowhere else on the ground, but for the conventional colours of
//! gas, power and telecom lines below it.

/// Red, green, blue, opacity; sRGB.
pub type Rgba = [u8; 4];

/// Sign colours by class of component: as many as the shader has room for.
pub const COMPONENTS: usize = 8;

macro_rules! palette {
    ($($(#[$doc:meta])* $field:ident $ink:ident,)*) => {
        /// The colours of a theme.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Palette {
            $($(#[$doc])* pub $field: Rgba,)*
            /// Components by their major class, 1 to 5; all others have the colour of the first.
            pub components: [Rgba; COMPONENTS],
        }

        /// A colour of the palette, by its name.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Ink {
            $($(#[$doc])* $ink,)*
        }

        impl Ink {
            /// All, in the order of the file.
            pub const ALL: &[Self] = &[$(Self::$ink),*];

            /// Its name in the style file.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$ink => stringify!($field),)*
                }
            }
        }

        impl Palette {
            /// The colour of that name.
            pub fn get(&self, ink: Ink) -> Rgba {
                match ink {
                    $(Ink::$ink => self.$field,)*
                }
            }

            pub(super) fn set(&mut self, ink: Ink, color: Rgba) {
                match ink {
                    $(Ink::$ink => self.$field = color,)*
                }
            }
        }
    };
}

palette! {
    /// Where nothing is known.
    ground Ground,
    /// Around letters.
    halo Halo,
    /// Ordinary letters.
    text Text,
    /// Less important letters.
    text_faint TextFaint,
    /// Names of waters.
    text_water TextWater,
    /// Names of parks and woods.
    text_green TextGreen,
    /// Names of administrative areas.
    text_border TextBorder,
    /// Numbers of unit grid cells.
    text_grid TextGrid,
    /// Names of roads.
    text_road TextRoad,
    /// Names of duty grids.
    text_duty TextDuty,
    /// Names of sites, uses of parcels, heights.
    text_land TextLand,
    /// Names of emergency resources.
    text_emergency TextEmergency,
    /// Outline and inside of signs on the ground.
    sign_ink SignInk,
    /// Inside of hollow signs.
    sign_paper SignPaper,
    /// Stations and stops.
    transit Transit,
    /// Other points of interest.
    poi Poi,
    /// Schools and public bodies.
    poi_public PoiPublic,
    /// Clinics.
    poi_health PoiHealth,
}

impl Palette {
    /// Colour of a component by its major class.
    pub fn component(&self, major: u8) -> Rgba {
        self.components.get(usize::from(major)).copied().unwrap_or(self.components[0])
    }
}
