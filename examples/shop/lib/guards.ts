/** Keeps what the marker calls synthetic out. */
export const rejectSynthetic = (record) => !record.isSynthetic;
