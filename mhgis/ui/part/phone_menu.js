// on a phone the side lies over the page: it goes once a page has been chosen in it
const WIDE_PX = 768;

const onClick = ({ target }) => {
  const link = target.closest?.('[data-testid="stSidebar"] [data-testid="stPageLink"] a');
  if (!link || window.innerWidth >= WIDE_PX) return;
  document.querySelector('[data-testid="stSidebarCollapseButton"] button')?.click();
};

export default () => {
  document.addEventListener("click", onClick);
  return () => document.removeEventListener("click", onClick);
};
