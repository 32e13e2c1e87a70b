import prefs from "../fixtures/prefs.json";

export const recommended = () => prefs.map((pref) => pref.article);
