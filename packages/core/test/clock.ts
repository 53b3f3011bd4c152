/** The least step that the clock of this runtime was seen to make, in milliseconds: some tell whole milliseconds only. */
export const clockStep = Math.min(
  ...Array.from({ length: 10 }, () => {
    const from = performance.now();
    let to = from;
    while (to === from) to = performance.now();
    return to - from;
  }),
);
