// A link in somebody's profile carries their mark behind the #. It has done its work where it stands:
// taken out of the address here, it is not passed on by anyone who copies that.

if (/^#(u|signed-as)-/.test(location.hash)) {
  history.replaceState(history.state, "", location.pathname + location.search);
}
