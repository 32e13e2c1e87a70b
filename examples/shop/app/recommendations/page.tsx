import { useTranslation } from "react-i18next";
import { recommended } from "../../lib/recommendations";

/** Made from invented preferences, and says so. */
export default function Recommendations() {
  const { t } = useTranslation();
  return (
    <section>
      <p>{t("disclosure.synthetic_recs")}</p>
      {recommended().map((article) => (
        <a key={article}>{article}</a>
      ))}
    </section>
  );
}
