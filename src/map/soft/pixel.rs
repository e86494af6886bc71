//! Arithmetic of colours, four parts at a time.

/// A premultiplied colour in one number.
#[inline]
pub fn packed(color: [u8; 4]) -> u32 {
    u32::from_le_bytes(color)
}

/// 255 as 256, so that dividing is shifting.
#[inline]
pub fn of_256(part: u32) -> u32 {
    part.wrapping_add(part >> 7)
}

/// The colour with all its parts at `cover` of 256.
#[inline]
pub fn scaled(color: u32, cover: u32) -> u32 {
    // Two parts of 8 bits in 16 each, times at most 256: nothing overflows, and unchecked it is done for many pixels at once.
    let low = (color & 0x00FF_00FF).wrapping_mul(cover) >> 8;
    let high = ((color >> 8) & 0x00FF_00FF).wrapping_mul(cover);
    (low & 0x00FF_00FF) | (high & 0xFF00_FF00)
}

/// A colour on another.
#[inline]
pub fn over(top: u32, below: u32) -> u32 {
    top.wrapping_add(scaled(below, 256_u32.wrapping_sub(of_256(top >> 24))))
}

/// Covers a pixel with a colour by `cover`, 0 to 1.
#[inline]
pub fn cover(pixel: &mut u32, color: u32, cover: f32) {
    let part = (cover * 256.0) as u32;
    *pixel = over(scaled(color, part.min(256)), *pixel);
}

/// Puts a colour on every pixel of a piece of a row.
#[inline]
pub fn fill(row: &mut [u32], color: u32) {
    match color >> 24 {
        255 => row.fill(color),
        0 => {}
        _ => row.iter_mut().for_each(|pixel| *pixel = over(color, *pixel)),
    }
}

/// How much of a pixel lies inside a shape whose edge is so far away, pixels; below zero inside.
#[inline]
pub fn inside(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn premultiplied() -> impl Strategy<Value = [u8; 4]> {
        any::<[u8; 4]>().prop_map(|[r, g, b, a]| {
            let part = |value: u8| (u16::from(value) * u16::from(a) / 255) as u8;
            [part(r), part(g), part(b), a]
        })
    }

    proptest! {
        #[test]
        fn blending_is_right_within_two_steps(top in premultiplied(), below in premultiplied(), part in 0..=256_u32) {
            let mut pixel = packed(below);
            cover(&mut pixel, packed(top), part as f32 / 256.0);
            let part = f64::from(part) / 256.0;
            for ((got, top_part), below_part) in pixel.to_le_bytes().into_iter().zip(top).zip(below) {
                let wanted =
                    f64::from(top_part) * part + f64::from(below_part) * (1.0 - f64::from(top[3]) * part / 255.0);
                prop_assert!((f64::from(got) - wanted).abs() <= 2.5, "{got} for {wanted}");
            }
        }

        #[test]
        fn opaque_hides_and_clear_leaves(color in any::<[u8; 3]>(), below in premultiplied()) {
            let opaque = packed([color[0], color[1], color[2], 255]);
            prop_assert_eq!(over(opaque, packed(below)), opaque);
            prop_assert_eq!(over(0, packed(below)), packed(below));
        }
    }
}
