/** A whole number as it is read: `100,000`. @param {number} value */
export const counted = (value) => value.toLocaleString('en-US');
