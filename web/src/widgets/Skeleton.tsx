import "./forms.css";
import { useTranslation } from "react-i18next";

const WIDTHS = [46, 62, 38, 55, 70, 42];

/** The shape of a list that is on its way. It appears after 300 ms, as everything that tells of waiting. */
export function SkeletonRows({ count = 4 }: { count?: number }) {
  const { t } = useTranslation();
  return (
    <div className="skeleton" role="status">
      <span className="sr-only">{t("app.loading")}</span>
      {Array.from({ length: count }, (_, row) => WIDTHS[row % WIDTHS.length]).map((width, row) => (
        <div key={row} className="row" aria-hidden="true">
          <span className="square" />
          <span className="strip" style={{ width: `${width}%` }} />
        </div>
      ))}
    </div>
  );
}
