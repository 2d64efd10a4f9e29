// The pictures of the two families with a stick: CartPole's cart and pole, Pendulum's rod. Angle 0 is up.
import { css, dot, line, show } from "./draw.js";

export const height = 170; // of a picture

// pictures are by family: what an observation's numbers are, how to draw one, and what to say of a step.
export const pictures = {
  cartpole: {
    sees: ["position", "velocity", "angle", "turning", "last push"],
    draw(c, width, o, act, values) {
      const meter = Math.min(width / 5.2, 62);
      const ground = height - 22;
      const x = width / 2 + o[0] * meter;
      c.strokeStyle = css("edge");
      line(c, [[width / 2 - 2.4 * meter, ground], [width / 2 + 2.4 * meter, ground]]); // the cart may go this far
      c.fillStyle = css("accent");
      c.fillRect(x - 20, ground - 20, 40, 16);
      dot(c, x - 11, ground - 4, 4);
      dot(c, x + 11, ground - 4, 4);
      stick(c, x, ground - 20, o[2], 2 * values.length * meter);
      const way = Math.sign(act[0] || 1) * Math.sign(values.force);
      arrow(c, x + 26 * way, ground - 12, 26 * way);
    },
    tells(o, act, values) {
      const push = act[0] > 0 ? "right" : "left";
      const goes = (act[0] > 0) === (values.force > 0) ? "so the cart is driven" : "but pushes are reversed here: the cart is driven";
      return `The pole leans ${show(o[2])} rad. It pushes ${push}, ${goes} ${act[0] > 0 === values.force > 0 ? "right" : "left"}.`;
    },
  },
  pendulum: {
    sees: ["cosine", "sine", "turning", "last action"],
    draw(c, width, o, act, values) {
      const [x, y] = [width / 2, height / 2];
      c.strokeStyle = css("edge");
      line(c, [[x, y], [x, 4]]); // where it should stand
      stick(c, x, y, Math.atan2(o[1], o[0]), values.length * 60);
      c.fillStyle = css("accent");
      dot(c, x, y, 5);
    },
    tells(o, act, values) {
      return `The rod is ${show(Math.atan2(o[1], o[0]))} rad from upright; the motor gives ${show(act[0] * values.torque)} N m${values.torque < 0 ? ", reversed" : ""}.`;
    },
  },
};

// stick draws a rod from its foot; positive angles lean right.
function stick(c, x, y, angle, length) {
  const end = [x + Math.sin(angle) * length, y - Math.cos(angle) * length];
  c.strokeStyle = c.fillStyle = css("warm");
  c.lineWidth = 6;
  line(c, [[x, y], end]);
  dot(c, ...end, 5);
  c.lineWidth = 1.5;
}

function arrow(c, x, y, way) {
  c.strokeStyle = css("ink");
  c.lineWidth = 2;
  const tip = x + way;
  const back = 6 * Math.sign(way);
  line(c, [[x, y], [tip, y]]);
  line(c, [[tip - back, y - 5], [tip, y], [tip - back, y + 5]]);
}
